/**
 * Runs a worker that records while people look at pages of the same store, and times its openings. Run it as
 * its own process: `node load.mjs STORE OPENINGS` prints `{p50_ms, p99_ms}`.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from '../_rounds.mjs';
import { compileRules, createRecorder, createRedactor, runDraft, stopDraft } from '../recorder/workload.mjs';

/** Concurrent activities, and the duration of each: about 250 openings per second. */
const LANES = 5;
const ACTIVITY_MS = 20;

async function record(store, openings) {
  const recorder = createRecorder({
    store,
    rules: compileRules({}),
    redactor: createRedactor(),
    initialStash: {},
  });
  const taken = [];
  let left = openings + 100; // The first 100 warm up.
  const lane = async () => {
    while (left-- > 0) {
      const draft = runDraft(Date.now() % 1e9);
      const started = performance.now();
      await recorder.open(draft, 60_000);
      taken.push(performance.now() - started);
      await sleep(ACTIVITY_MS);
      recorder.stop(stopDraft(draft));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await recorder.close(60_000);
  const kept = taken.slice(100);
  return { p50_ms: quantile(kept, 0.5), p99_ms: quantile(kept, 0.99) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , store, openings] = process.argv;
  console.log(JSON.stringify(await record(store, Number(openings))));
}
