/** Several real processes on one database: no number twice, none missing, and nothing acknowledged is lost, not even to SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileRules, createRecorder, createRedactor, DIST, openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';

/** Of each of eight; twice as many of each of four. */
const RUNS = SOAK ? 1_000 : 200;

/** Of the store of the test that runs. */
let url: string;

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

/** A store that takes longer than a call may wait, on a loaded machine, gets its runs by way of the spool: taken in by whoever comes next. */
async function takenIn(runs: number): Promise<void> {
  const recorder = createRecorder({ store: url, rules: compileRules({}), redactor: createRedactor() });
  const store = await openStore(url);
  try {
    await recorder.ready();
    await vi.waitUntil(async () => (await store.counts()).runs === runs, { timeout: PATIENCE_MS });
  } finally {
    await recorder.close(PATIENCE_MS);
    await store.close();
  }
}

async function stored(): Promise<Map<string, number>> {
  const store = await openStore(url);
  const runs = await store.runs({ limit: 1_000_000 });
  await store.close();
  return new Map(runs.map((run) => [run.start.uid, run.start.scan_id!]));
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const inOrder = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

function together(store: string, kills: number): void {
  it.each([
    [8, RUNS],
    [4, 2 * RUNS],
  ])(
    '%i at once, %i runs each, from the first opening on: every scan id once, none missing',
    async (processes, runs) => {
      const writers = upTo(processes).map(() => startWriter(runs, 10));
      await Promise.all(writers.map((writer) => writer.ended));
      expect(writers.map((writer) => writer.lines().at(-1))).toEqual(Array(processes).fill('done {}'));
      await takenIn(processes * runs);
      const numbers = await stored();
      expect(inOrder(numbers.values())).toEqual(upTo(processes * runs));
      for (const line of acknowledged(writers)) {
        const [uid, scan_id] = line.split(' ');
        expect(numbers.get(uid!)).toBe(Number(scan_id));
      }
      const figure = `${store}: ${processes} processes × ${runs} runs counted and inserted at once: errors, numbers twice, gaps`;
      measured({ row: 'D3', figure, value: 0, limit: '0', holds: true });
    },
  );

  it(`killed in the middle of writing, ${kills} times: nothing acknowledged is lost, no scan id twice, no gap`, async () => {
    const lines: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
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
    const figure = `${store}: ${kills} kills of writers, ${lines.length} runs acknowledged: lost, doubled, gaps`;
    measured({ row: 'A1', figure, value: 0, limit: '0', holds: true });
  });
}

describe('processes on one SQLite database', () => {
  let folder: string;
  let made = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'provenance-processes-'));
  });
  beforeEach(() => {
    url = `sqlite:${join(folder, `${++made}.db`)}`;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  together('SQLite', SOAK ? 200 : 20);
});

const missing = postgresMissing();

describe.skipIf(missing)(`processes on one PostgreSQL database${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  beforeEach(async () => {
    url = `${await server.createDatabase()}?pool=2`;
  });
  afterAll(() => server?.close());

  together('PostgreSQL', SOAK ? 200 : 8);
});
