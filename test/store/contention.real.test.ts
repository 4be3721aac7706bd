/** Many processes on one SQLite file at once: no error reaches a caller, nobody starves, and the log stays small under readers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measured, SOAK } from '../reliability';
import { DIST, openStore } from './built';

const PACED_MS = SOAK ? 600_000 : 15_000;
const SATURATED_MS = SOAK ? 60_000 : 8_000;
const READ_MS = SOAK ? 600_000 : 6_000;
const MOST_LOG_BYTES = 64 * 1024 * 1024;

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-contention-'));
  path = join(folder, 'provenance.db');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Summary {
  runs: number;
  errors: Record<string, number>;
  latencies: number[];
  stall_ms: number;
}

/** Processes that begin together. @returns what each acknowledged and summed up */
async function together(count: number, rate: number, group: number, duration_ms: number) {
  const script = join(__dirname, 'processes', 'paced.cjs');
  const args = [script, DIST, `sqlite:${path}`, ...[rate, group, duration_ms].map(String)];
  const writers = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const writer = { child, text: '', ended: once(child, 'close') };
    child.stdout!.on('data', (chunk) => {
      writer.text += chunk;
    });
    return writer;
  });
  while (writers.some(({ text, child }) => text === '' && child.exitCode === null)) await pause(10);
  for (const { child } of writers) child.stdin!.write('go\n');
  return {
    done: Promise.all(writers.map(({ ended }) => ended)).then(() =>
      writers.map(({ text }) => {
        const lines = text.trim().split('\n').slice(1);
        return { acknowledged: lines.slice(0, -1), summary: JSON.parse(lines.at(-1)!) as Summary };
      }),
    ),
  };
}

function stored(): string[] {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare(`SELECT uid || ' ' || scan_id FROM run ORDER BY scan_id`).pluck().all() as string[];
  db.close();
  return rows;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

describe('contention', () => {
  it('eight processes, fifty runs a second each: no error, every number once', async () => {
    const writers = await (await together(8, 50, 1, PACED_MS)).done;
    expect(writers.map(({ summary }) => summary.errors)).toEqual(Array(8).fill({}));
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    const runs = stored();
    expect(new Set(runs)).toEqual(new Set(acknowledged));
    expect(runs.map((line) => Number(line.split(' ')[1]))).toEqual(runs.map((_, i) => i + 1));
    const p99 = quantile(
      writers.flatMap(({ summary }) => summary.latencies),
      0.99,
    );
    const seconds = PACED_MS / 1000;
    measured({
      row: 'D1',
      figure: `8 processes × 50 runs/s for ${seconds} s: errors`,
      value: 0,
      limit: '0',
      holds: true,
    });
    measured({
      row: 'D1',
      figure: 'write p99, off the main loop',
      value: p99,
      unit: 'ms',
      limit: '≤ 100 ms',
      holds: p99 <= 100,
    });
    measured({ row: 'D1', figure: 'runs per second', value: runs.length / seconds });
  });

  it('four saturated writers: the slowest has a tenth of its fair share', async () => {
    const writers = await (await together(4, 0, 10, SATURATED_MS)).done;
    expect(writers.map(({ summary }) => summary.errors)).toEqual(Array(4).fill({}));
    const runs = writers.map(({ summary }) => summary.runs);
    const fair = runs.reduce((sum, one) => sum + one, 0) / runs.length;
    const share = Math.min(...runs) / fair;
    measured({
      row: 'D2',
      figure: 'slowest of 4 saturated writers, of its fair share',
      value: share * 100,
      unit: '%',
      limit: '≥ 10 %',
      holds: share >= 0.1,
    });
    expect(share).toBeGreaterThanOrEqual(0.1);
  });

  it('readers that list everything all the time do not let the log grow', async () => {
    const { done } = await together(2, 100, 20, READ_MS);
    let reading = true;
    void done.then(() => {
      reading = false;
    });
    let longest = 0;
    const reader = await openStore(`sqlite:${path}`, { mode: 'read' });
    while (reading) {
      const runs = await reader.runs({ limit: 100_000 });
      expect(runs.every(({ start }) => start.uid.length === 36)).toBe(true);
      await reader.verify();
      longest = Math.max(longest, statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
      await pause(5);
    }
    await reader.close();
    expect((await done).map(({ summary }) => summary.errors)).toEqual([{}, {}]);
    expect(longest).toBeGreaterThan(0);
    measured({
      row: 'B9',
      figure: 'write-ahead log under readers, at most',
      value: longest / 2 ** 20,
      unit: 'MiB',
      limit: '≤ 64 MiB',
      holds: longest <= MOST_LOG_BYTES,
    });
    expect(longest).toBeLessThanOrEqual(MOST_LOG_BYTES);
  });
});
