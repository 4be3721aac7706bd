/**
 * A store that is down for long at 200 activities a second: what the openings cost meanwhile, what memory it takes, how fast all of
 * it comes back, and that nothing is missing. With SOAK=1 ten minutes, else as long as it takes to see it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readSpool } from '../../src/record/spool/report';
import { DIST, openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { type PostgresServer, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';

const RUNS_PER_SECOND = 200;
const UP_MS = SOAK ? 60_000 : 3_000;
const DOWN_MS = SOAK ? 600_000 : 8_000;

interface Seen {
  opened: number;
  lost: number;
  p99_ms: number;
  rss_mb: number;
  losses: { [kind: string]: number };
}

const folder = mkdtempSync(join(tmpdir(), 'provenance-long-outage-'));
let server: PostgresServer;
let load: ChildProcess | undefined;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  load?.kill('SIGKILL');
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(word: 'look' | 'rest' | 'end'): Promise<Seen> {
  load!.send(word);
  return (await once(load!, 'message'))[0] as Seen;
}

it('a long outage costs no run, and little time for its openings', {
  timeout: UP_MS + DOWN_MS + 5 * PATIENCE_MS,
}, async () => {
  const url = await server.createDatabase();
  const spool = join(folder, 'spool');
  load = fork(join(import.meta.dirname, 'steady-load.cjs'), [DIST, url, spool, String(RUNS_PER_SECOND)], {
    execArgv: ['--expose-gc'],
  });
  await once(load, 'message');
  await pause(UP_MS / 2);
  await ask('look');
  await pause(UP_MS / 2);
  const up = await ask('look');

  await server.stop('immediate');
  await vi.waitUntil(async () => (await readSpool(spool)).segments > 0, { timeout: PATIENCE_MS });
  const begun = await ask('look');
  await pause(DOWN_MS);
  const down = await ask('look');
  const waiting = (await readSpool(spool, { count: true })).records!;

  await server.start();
  const started = performance.now();
  const left = async () => (await readSpool(spool)).segments;
  await ask('rest');
  await vi.waitUntil(async () => (await left()) === 0, { timeout: 2 * PATIENCE_MS, interval: 20 });
  const records_per_s = waiting / ((performance.now() - started) / 1000);
  const end = await ask('end');

  const store = await openStore(url);
  const runs = await store.runs({ limit: 1_000_000 });
  await store.close();
  const missing = end.opened - runs.filter(({ stop }) => stop?.exit_status === 'success').length;
  const added_ms = down.p99_ms - up.p99_ms;
  const figures = [
    { figure: 'openings that failed, and runs missing afterwards', value: end.lost + missing, limit: 0 },
    { figure: 'p99 of an opening, added', value: added_ms, unit: 'ms', limit: 5 },
    { figure: 'resident memory, added', value: down.rss_mb - begun.rss_mb, unit: 'MB', limit: 32 },
  ];
  const row = 'C1';
  const of = `PostgreSQL down for ${DOWN_MS / 1000} s, ${RUNS_PER_SECOND} runs/s`;
  for (const { figure, value, limit, ...unit } of figures)
    measured({ row, figure: `${of}: ${figure}`, value, ...unit, limit: `≤ ${limit}`, holds: value <= limit });
  const back = `${of}: records taken in per second afterwards`;
  measured({ row, figure: back, value: records_per_s, limit: '≥ 1,000', holds: records_per_s >= 1_000 });

  expect(waiting).toBeGreaterThan((RUNS_PER_SECOND * DOWN_MS) / 1000);
  expect([end.lost, missing, end.losses]).toEqual([0, 0, {}]);
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(end.opened);
  // Times are a quiet machine's to hold: here, that no opening used up its budget, and that memory is bounded.
  expect(down.p99_ms).toBeLessThan(Math.max(250, 4 * up.p99_ms));
  expect(down.rss_mb - begun.rss_mb).toBeLessThan(64);
});
