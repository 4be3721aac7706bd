/**
 * Sends 50,000 runs through a real worker and reads its resident memory on the way, compared with a bare worker
 * that does the same. A worker's heap varies by more than the target. Therefore growth is the median of the
 * slopes between all pairs of readings after the first fifth; no single reading changes it much. `--quick`:
 * 10,000 runs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { ask, endVariant, startServer, startVariant } from './activity/processes.mjs';

const VARIANTS = ['bare', 'ours'];
const options = parseBenchArguments();
const STEP = options.quick ? 1000 : 2500;
const STEPS = options.quick ? 10 : 20;
const WARM_UP_STEPS = STEPS / 5;
const PER_RUNS = 100_000;
const SHAPE = { workflows: 10, count: STEP / 10, parallel: 50, kind: 'remote', memory: true };

/** The slopes between all pairs of readings, in MB per 100,000 runs. */
function slopes(readings) {
  return readings.flatMap((first, i) =>
    readings.slice(i + 1).map((second, j) => ((second - first) / ((j + 1) * STEP)) * PER_RUNS),
  );
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  const server = await startServer();
  const children = {};
  const left = { bare: [], ours: [] };
  try {
    for (const variant of VARIANTS) children[variant] = await startVariant(variant, server.address, folder);
    for (let step = 0; step < STEPS; step += 1) {
      for (const variant of roundOrder(VARIANTS, step))
        left[variant].push(await ask(children[variant], SHAPE));
      process.stderr.write(`worker-memory: ${(step + 1) * STEP} of ${STEPS * STEP} runs\r`);
    }
    for (const child of Object.values(children)) await endVariant(child);
  } finally {
    for (const child of Object.values(children)) child.kill('SIGKILL');
    await server.teardown();
    rmSync(folder, { recursive: true, force: true });
  }
  return left;
}

const left = await measure();
const settled = (variant, what = 'resident_mb') =>
  left[variant].slice(WARM_UP_STEPS).map((reading) => reading[what]);
const growth = spread(slopes(settled('ours')));
report(
  'worker-memory',
  [
    {
      figure: `real worker: resident memory per 100,000 runs, after the first ${WARM_UP_STEPS * STEP}`,
      unit: 'MB',
      ...growth,
      target: '≤ 1',
      holds: growth.median <= 1,
    },
    { figure: 'bare worker: the same', unit: 'MB', ...spread(slopes(settled('bare'))) },
    {
      figure: 'real worker: JavaScript of all its threads, the same',
      unit: 'MB',
      ...spread(slopes(settled('ours', 'heap_mb'))),
    },
    {
      figure: 'bare worker: JavaScript of all its threads, the same',
      unit: 'MB',
      ...spread(slopes(settled('bare', 'heap_mb'))),
    },
    { figure: 'real worker: resident memory', unit: 'MB', ...spread(settled('ours')) },
    { figure: 'bare worker: resident memory', unit: 'MB', ...spread(settled('bare')) },
    { figure: 'runs', median: STEPS * STEP },
  ],
  { ...options, rounds: 1 },
);
