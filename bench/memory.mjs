/**
 * Sends one million runs through the recorder and reads resident memory after each 100,000. Memory is flat if
 * it grows by at most 1 MB per 100,000 after the first 100,000. `--quick`: 300,000 runs.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBenchArguments, report } from './_rounds.mjs';
import {
  compileRules,
  createRecorder,
  createRedactor,
  runDraft,
  STASH,
  stopDraft,
} from './recorder/workload.mjs';

const options = parseBenchArguments();
const STEP = 100_000;
const steps = options.quick ? 3 : 10;
const CONCURRENCY = 100;
const folder = mkdtempSync(join(tmpdir(), 'provenance-memory-'));
const path = join(folder, 'provenance.db');
const recorder = createRecorder({
  store: `sqlite:${path}`,
  rules: compileRules({ required: ['operator', 'sample'] }),
  redactor: createRedactor(),
  initialStash: STASH,
});

let next = 0;
async function lane(end) {
  while (next < end) {
    const draft = runDraft(next++, { varying: next % 2 === 0 });
    await recorder.open(draft, 60_000);
    recorder.stop(stopDraft(draft));
  }
}

/** The smallest of several readings, each after a collection. */
async function residentMegabytes() {
  const readings = [];
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    readings.push(process.memoryUsage.rss() / 2 ** 20);
  }
  return Math.min(...readings);
}

const resident = [];
try {
  for (let step = 1; step <= steps; step++) {
    await Promise.all(Array.from({ length: CONCURRENCY }, () => lane(step * STEP)));
    await recorder.flush(60_000);
    resident.push(await residentMegabytes());
    if (!options.json) console.log(`  ${step * STEP} runs: ${resident.at(-1).toFixed(1)} MB`);
  }
  const { runs, losses } = recorder.statistics;
  if (runs !== steps * STEP || Object.keys(losses).length > 0)
    throw new Error(`not all was recorded: ${runs}`);
} finally {
  await recorder.close(60_000);
}
const stored = statSync(path).size;
rmSync(folder, { recursive: true });

const growth = slope(resident.slice(1));
report(
  'memory',
  [
    {
      figure: 'resident memory per 100,000 runs, after the first 100,000',
      unit: 'MB',
      median: growth,
      target: '≤ 1',
      holds: growth <= 1,
    },
    { figure: 'resident memory after the first 100,000 runs', unit: 'MB', median: resident[0] },
    { figure: 'resident memory at the end', unit: 'MB', median: resident.at(-1) },
    { figure: 'runs', median: steps * STEP },
    { figure: 'store bytes of a run', unit: 'B', median: stored / (steps * STEP) },
  ],
  { ...options, rounds: 1 },
);

/** The slope by least squares, per step. */
function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [above, below] = values.reduce(
    ([a, b], value, i) => [a + (i - middle) * (value - mean), b + (i - middle) ** 2],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}
