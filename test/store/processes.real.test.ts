/** Several real processes on one database: no number twice, none missing, and nothing acknowledged is lost, not even to SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIST, openStore } from './built';

let folder: string;
let url: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-processes-'));
  url = `sqlite:${join(folder, 'provenance.db')}`;
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Writer {
  process: ChildProcess;
  /** Whole lines that it printed. */
  lines: () => string[];
  ended: Promise<unknown>;
}

function startWriter(runs: number, lanes: number): Writer {
  const script = join(__dirname, 'processes', 'writer.cjs');
  const child = spawn(process.execPath, [script, DIST, url, String(runs), String(lanes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  return { process: child, lines: () => text.split('\n').slice(0, -1), ended: once(child, 'close') };
}

const acknowledged = (writers: Writer[]) =>
  writers.flatMap((writer) => writer.lines().filter((line) => /^[0-9a-f]{8}-/.test(line)));

async function stored(): Promise<Map<string, number>> {
  const store = await openStore(url);
  const runs = await store.runs({ limit: 1_000_000 });
  await store.close();
  return new Map(runs.map((run) => [run.start.uid, run.start.scan_id!]));
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const inOrder = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

describe('processes on one SQLite database', () => {
  it('eight at once, from the first opening on: every number once, none missing', async () => {
    const writers = upTo(8).map(() => startWriter(200, 10));
    await Promise.all(writers.map((writer) => writer.ended));
    expect(writers.map((writer) => writer.lines().at(-1))).toEqual(Array(8).fill('done {}'));
    const lines = acknowledged(writers);
    expect(inOrder(lines.map((line) => Number(line.split(' ')[1])))).toEqual(upTo(1600));
    expect((await stored()).size).toBe(1600);
  });

  it('killed in the middle of writing, twenty times: nothing acknowledged is lost, no number twice, no gap', async () => {
    const lines: string[] = [];
    for (let kill = 0; kill < 20; kill++) {
      const writer = startWriter(1_000_000, 8);
      const enough = 1 + Math.floor(Math.random() * 150);
      while (writer.lines().length < enough) await once(writer.process.stdout!, 'data');
      writer.process.kill('SIGKILL');
      await writer.ended;
      lines.push(...acknowledged([writer]));
    }
    const runs = await stored();
    for (const line of lines) {
      const [uid, scan_id] = line.split(' ');
      expect(runs.get(uid!)).toBe(Number(scan_id));
    }
    expect(inOrder(runs.values())).toEqual(upTo(runs.size));
    expect(runs.size).toBeGreaterThanOrEqual(lines.length);
  });
});
