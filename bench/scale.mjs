/**
 * Measures the size of a store and how its answers slow down as it grows. Ten labs write into one SQLite store
 * of several sizes. The bytes of a run by table are computed from the growth between the last two sizes.
 * docs/guide/scale.md uses these figures.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median, parseBenchArguments, report } from './_rounds.mjs';
import {
  compileRules,
  createRecorder,
  createRedactor,
  openStore,
  runDraft,
  STASH,
  stopDraft,
} from './recorder/workload.mjs';

const options = parseBenchArguments();
const SIZES = options.quick ? [10_000, 20_000, 40_000] : [25_000, 50_000, 100_000];
const LABS = 10;
const CONCURRENCY = 100;
/** Of ten runs, the number that have a unique value. */
const OWN_OF_TEN = 7;
const RUNS_PER_EXECUTION = 10;
const QUESTIONS = 15;
const BILLION = 1e9;
const folder = mkdtempSync(join(tmpdir(), 'provenance-scale-'));
const path = join(folder, 'provenance.db');
const url = `sqlite:${path}`;

/** Tables, grouped by what they grow with: runs, or distinct content. */
const PARTS = {
  'start documents': ['run', 'sqlite_autoindex_run_1', /^run_(?!field)/],
  'stop documents': ['stop', /^stop_/],
  'metadata, once for many runs': [/^(metadata|path)/, /^sqlite_autoindex_(metadata|path)/],
  'values of a run’s own': [/run_field/],
  executions: [/^execution/, /^sqlite_autoindex_execution/],
  'the chain over documents': ['chain'],
};

async function fill(from, until) {
  const redactor = createRedactor();
  const rules = compileRules({ required: ['operator', 'sample'] });
  const recorder = createRecorder({ store: url, rules, redactor, initialStash: STASH });
  let next = from;
  const lane = async () => {
    while (next < until) {
      const index = next++;
      const draft = { ...runDraft(index, { varying: index % 10 < OWN_OF_TEN }), lab: `lab-${index % LABS}` };
      if (index % RUNS_PER_EXECUTION === 0) tellExecution(recorder, draft);
      await recorder.open(draft, 60_000);
      recorder.stop(stopDraft(draft));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  await recorder.close(60_000);
}

function tellExecution(recorder, { time, temporal }) {
  const { namespace, workflow_id, run_id, workflow_type, task_queue, args } = temporal;
  const address = { namespace, workflow_id, run_id };
  const start = { ...address, workflow_type, task_queue, start_time: time, first_execution_run_id: run_id };
  recorder.execution({ ...start, attempt: 1, args, origin: 'sandbox' });
  recorder.executionClose({ ...address, close_time: time + 1, status: 'completed', origin: 'sandbox' });
}

function bytesByPart() {
  const Driver = createRequire(import.meta.url)('better-sqlite3');
  const db = new Driver(path, { readonly: true });
  const rows = db.prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name').all();
  db.close();
  const bytes = Object.fromEntries(Object.keys(PARTS).map((part) => [part, 0]));
  for (const row of rows) {
    const [part] = Object.entries(PARTS).find(([, names]) =>
      names.some((name) => (typeof name === 'string' ? name === row.name : name.test(row.name))),
    ) ?? ['all else'];
    bytes[part] = (bytes[part] ?? 0) + row.bytes;
  }
  return bytes;
}

async function answers(runs) {
  const store = await openStore(url, { mode: 'read' });
  const [newest] = await store.runs({ limit: 1 });
  const field = (name, value) => ({ where: { op: 'compare', field: [name], operator: '=', value } });
  const questions = {
    'a run by its uid': () => store.resolve({ by: 'uid', uid: newest.start.uid }),
    'the newest 50 of a lab': () => store.runs({ lab: 'lab-3', limit: 50 }),
    'the newest 50 by a shared field': () => store.runs({ filter: field('operator', 'Ada'), limit: 50 }),
    'one run by a field of its own': (n) =>
      store.runs({
        filter: field('dose_mgy', 10 * Math.floor((n * runs) / QUESTIONS / 10) * 0.37),
        limit: 50,
      }),
  };
  const taken = {};
  for (const [name, ask] of Object.entries(questions)) {
    const times = [];
    for (let n = 0; n < QUESTIONS; n++) {
      const start = performance.now();
      await ask(n);
      times.push(performance.now() - start);
    }
    taken[name] = median(times);
  }
  await store.close();
  return taken;
}

const steps = [];
try {
  let from = 0;
  for (const runs of SIZES) {
    await fill(from, runs);
    from = runs;
    steps.push({ runs, file: statSync(path).size, bytes: bytesByPart(), taken: await answers(runs) });
    if (!options.json) console.log(`  ${runs} runs: ${Math.round(steps.at(-1).file / 2 ** 20)} MiB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

const [before, last] = steps.slice(-2);
const grown = last.runs - before.runs;
const perRun = (last.file - before.file) / grown;
const figures = [{ figure: 'bytes that one more run takes', unit: 'B', median: perRun }];
for (const part of Object.keys(last.bytes)) {
  const bytes = (last.bytes[part] - (before.bytes[part] ?? 0)) / grown;
  figures.push({ figure: `of these: ${part}`, unit: 'B', median: bytes });
}
figures.push({ figure: 'a store of 10^9 runs', unit: 'TB', median: (perRun * BILLION) / 1e12 });
for (const name of Object.keys(last.taken)) {
  for (const { runs, taken } of steps)
    figures.push({ figure: `${name}, of ${runs} runs`, unit: 'ms', median: taken[name] });
}
report('scale', figures, { ...options, rounds: 1 });
