/**
 * A worker at work for long, beside a bare one that does the same, while its store goes away and comes back: what it costs stays
 * what it was. At its longest half an hour; CI runs a minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readSpool } from '../../src/record/spool/report';
import { PATIENCE_MS } from '../patience';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { byLength, measured, quantile, SOAK } from '../reliability';
import { reading as readingOf, temporaryStore } from './harness';
import {
  endWorker,
  execute,
  type LongWorker,
  newSpool,
  type Reading,
  read,
  startWorker,
} from './long-worker';

const CYCLES = byLength({ short: 2, full: 3, soak: 30 });
const UP_MS = byLength({ short: 6_000, full: 9_000, soak: 44_000 });
const DOWN_MS = SOAK ? 12_000 : 4_000;
const TEST_MS = CYCLES * (UP_MS + DOWN_MS + PATIENCE_MS) + PATIENCE_MS;

/** Every so often, to each of the workers. */
const TICK_MS = 500;
const SERIES = { count: 20, parallel: 10, sample: 'LaB6' };
const LONG_SAMPLE = 'x'.repeat(20_000);
/** Executions that may be open at once; more is not asked of a machine that is slow. */
const MOST_OPEN = 20;

/** Arguments that would be missed in memory. */
const HEAVY_CHARACTERS = 500_000;
const HEAVY_EXECUTIONS = 100;

/** Work for all the workers at the same pace, until it is stopped; what it resolves to are the activities of each. None may fail. */
function load(workers: readonly LongWorker[]): () => Promise<number> {
  const open = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let activities = 0;
  const add = (worker: LongWorker) => {
    const executions = work(worker)
      .catch((error: unknown) => failures.push(error))
      .then(() => void open.delete(executions));
    open.add(executions);
  };
  const timer = setInterval(() => {
    if (open.size >= MOST_OPEN) return;
    for (const worker of workers) add(worker);
    activities += 1 + SERIES.count;
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    expect(failures).toEqual([]);
    return activities;
  };
}

async function work(worker: LongWorker): Promise<void> {
  await execute(worker, 'alone', LONG_SAMPLE);
  await execute(worker, 'series', SERIES);
}

const untilTakenIn = (folder: string) =>
  vi.waitUntil(async () => (await readSpool(folder)).segments === 0, { timeout: PATIENCE_MS, interval: 100 });

/** Median of the slopes between all pairs of readings after the first fifth, in MB per ten minutes: no single one moves it. */
function slope(readings: readonly Reading[], what: 'resident_mb' | 'heap_mb'): number {
  const settled = readings.slice(Math.ceil(readings.length / 5));
  const all = settled.flatMap((first, i) =>
    settled
      .slice(i + 1)
      .map((second) => ((second[what] - first[what]) / (second.time_min - first.time_min)) * 10),
  );
  return quantile(all, 0.5);
}

/** Each activity has one run, with its end and a number of its own, and nothing was counted as lost. */
async function expectAllStored(store: string, activities: number): Promise<void> {
  const { runs, losses } = await readingOf(store, async (reader) => ({
    runs: await reader.runs({ limit: 1_000_000 }),
    losses: await reader.losses(),
  }));
  expect(runs).toHaveLength(activities);
  expect(runs.filter(({ stop }) => stop?.exit_status !== 'success')).toEqual([]);
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(activities);
  // Metadata that is late on a loaded machine is counted too, and loses no record.
  expect(losses.filter(({ loss }) => loss !== 'late-metadata')).toEqual([]);
}

const DESCRIPTORS = 'descriptors, more than after the first outage';

interface Cost {
  figure: string;
  value: number;
  unit: string;
  most?: number;
}

/** What was measured, and what it must be. */
function costs(bare: LongWorker, ours: LongWorker): Cost[] {
  const growth = (worker: LongWorker, what: 'resident_mb' | 'heap_mb') => slope(worker.readings, what);
  const loop = (worker: LongWorker) => Math.max(...worker.readings.map(({ loop_p99_ms }) => loop_p99_ms));
  const handles = ours.readings.map((reading) => reading.handles);
  const per = 'MB per 10 min';
  return [
    { figure: 'resident memory', value: growth(ours, 'resident_mb'), unit: per, most: 1 },
    { figure: 'resident memory of a bare worker', value: growth(bare, 'resident_mb'), unit: per },
    { figure: 'JavaScript of all threads', value: growth(ours, 'heap_mb'), unit: per, most: 1 },
    { figure: 'JavaScript of all threads of a bare worker', value: growth(bare, 'heap_mb'), unit: per },
    {
      figure: DESCRIPTORS,
      value: Math.max(...handles) - handles[0]!,
      unit: '',
      most: 0,
    },
    { figure: 'delay of the event loop, p99 of the worst minute', value: loop(ours), unit: 'ms', most: 20 },
    { figure: 'delay of the event loop of a bare worker, the same', value: loop(bare), unit: 'ms' },
  ];
}

function note({ figure, value, unit, most }: Cost): void {
  measured({
    row: 'F3',
    figure: `${Math.round((CYCLES * (UP_MS + DOWN_MS)) / 60_000)} min at work, ${CYCLES} outages: ${figure}`,
    value,
    ...(unit && { unit }),
    ...(most !== undefined && { limit: `≤ ${most} ${unit}`.trim(), holds: value <= most }),
  });
}

const missing = postgresMissing();

describe.skipIf(missing)(`a long time${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.close();
  });

  test('costs as much as at the beginning, while its store fails and recovers', {
    timeout: TEST_MS,
  }, async () => {
    const store = await server.createDatabase();
    const spool = newSpool();
    const [bare, ours] = [await startWorker(), await startWorker({ store, spool: { folder: spool } })];
    let activities = 0;
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      const stop = load([bare, ours]);
      await pause(UP_MS);
      await server.stop('immediate');
      await pause(DOWN_MS);
      await server.start();
      activities += await stop();
      await untilTakenIn(spool);
      for (const worker of [bare, ours]) await read(worker);
      if (SOAK) console.log(cycle, activities, bare.readings.at(-1), ours.readings.at(-1));
    }
    await endWorker(ours);
    await endWorker(bare);
    await expectAllStored(store, activities);
    const all = costs(bare, ours);
    for (const cost of all) note(cost);
    expect(all.find(({ figure }) => figure === DESCRIPTORS)?.value).toBeLessThanOrEqual(1);
    // Slopes and percentiles of a minute say nothing.
    if (SOAK) expect(all.filter(({ value, most }) => most !== undefined && value > most)).toEqual([]);
  });

  test('arguments of activities do not stay in memory', { timeout: TEST_MS }, async () => {
    const worker = await startWorker({ store: temporaryStore() });
    const alone = async () => execute(worker, 'alone', 'x'.repeat(HEAVY_CHARACTERS));
    await alone();
    const before = await read(worker);
    for (let done = 0; done < HEAVY_EXECUTIONS; done += 10)
      await Promise.all(Array.from({ length: 10 }, alone));
    const after = await read(worker);
    await endWorker(worker);
    expect(after.heap_mb - before.heap_mb).toBeLessThan(10);
  });
});
