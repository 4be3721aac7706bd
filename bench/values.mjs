/**
 * Measures finding runs by a place in their results: by reading documents, by an index, and by a handwritten
 * statement for this one question. One SQLite store of a million runs (a tenth with `--quick`), stop documents
 * of about 680 bytes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median, parseBenchArguments, report, roundOrder } from './_rounds.mjs';

const built = createRequire(join(fileURLToPath(new URL('../dist', import.meta.url)), 'x'));
const { openStore } = built('./src/store/open.js');
const { parseFilter } = built('./src/filter/parser.js');

const options = parseBenchArguments();
const RUNS = options.quick ? 100_000 : 1_000_000;
const GROUP = 512;
const PLACE = 'temporal.result.chi2';
const folder = mkdtempSync(join(tmpdir(), 'provenance-values-'));
const path = join(folder, 'provenance.db');

/** One run in ten thousand has a value below this. */
const RARE = 0.0001;
const HAND_WRITTEN = `SELECT seq FROM stop WHERE json_extract(document, '$.temporal.result[0].chi2') < ${RARE} ORDER BY seq DESC LIMIT 50`;

/** A value that rises and falls without a period over all runs. */
function chi2(n) {
  return ((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
}

function recordsOf(n) {
  const uid = `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
  const time = 1_790_000_000 + n;
  const names = {
    namespace: 'default',
    workflow_id: `w-${n >> 3}`,
    run_id: `00000000-0000-4000-8000-${String(n >> 3).padStart(12, '0')}`,
    workflow_type: 'pipeline',
    activity_id: String(n % 8),
    activity_type: n % 8 === 0 ? 'report' : 'fit',
    attempt: 1,
    is_local: false,
    task_queue: 'measurements',
    scheduled_time: time,
  };
  const facts = {
    temporal: { ...names, args: [{ sample: `Ni-${n % 97}` }], options: {} },
    provenance: { lab: 'default' },
  };
  const fields = { operator: n % 3 ? 'Ada' : 'Bob', plan_name: 'pipeline' };
  const stop = {
    schema_version: 1,
    uid: uid.replace('8000', '9000'),
    time: time + 1,
    run_start: uid,
    exit_status: 'success',
    temporal: {
      result: [{ chi2: chi2(n), status: 'good', files: [`/data/${n}.h5`], note: 'x'.repeat(320) }],
    },
    resources: {
      duration_ms: 12,
      cpu_user_ms: 3,
      cpu_system_ms: 1,
      max_rss_bytes: 123_456_789,
      concurrent_runs: 4,
    },
  };
  return [
    {
      kind: 'open',
      uid,
      time,
      lab: 'default',
      numbered: true,
      stash_version: null,
      metadata: JSON.stringify({ fields, sources: { operator: 'user', plan_name: 'inferred' } }),
      facts: JSON.stringify(facts),
      ...names,
      environment_id: null,
      session_id: null,
      retry_of: null,
      share_scan_id: false,
    },
    {
      kind: 'stop',
      uid: stop.uid,
      run_start: uid,
      time: stop.time,
      exit_status: 'success',
      document: JSON.stringify(stop),
    },
  ];
}

async function fill(store) {
  for (let n = 1; n <= RUNS; n += GROUP) {
    const records = Array.from({ length: Math.min(GROUP, RUNS - n + 1) }, (_, i) => recordsOf(n + i));
    await store.write(records.flat());
  }
}

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The medians in milliseconds. The variants take turns. */
async function times(variants, rounds) {
  const taken = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of roundOrder(Object.keys(variants), round))
      taken[name].push(await timed(variants[name]));
  }
  return taken;
}

const ratioOf = (some, others) => some.map((value, i) => value / others[i]);

try {
  const writer = await openStore(`sqlite:${path}`);
  await fill(writer);
  const reader = await openStore(`sqlite:${path}`, { mode: 'read' });
  const Driver = createRequire(import.meta.url)('better-sqlite3');
  const database = new Driver(path, { readonly: true });
  const hand = database.prepare(HAND_WRITTEN);
  const find = (where) => () => reader.searchRuns({ filter: parseFilter(where), limit: 50 });
  const rare = find(`${PLACE} < ${RARE}`);
  const before = await times(
    {
      hand: () => hand.all(),
      scan: rare,
      some: find(`activity = 'report' AND ${PLACE} < ${RARE}`),
      common: find(`${PLACE} < 0.5`),
    },
    Math.min(options.rounds, 5),
  );
  const indexing = await timed(async () => {
    while (await writer.indexValues({ places: [PLACE], limit: 500 }));
  });
  const after = await times(
    {
      rare,
      order: find(`${PLACE} < 0.5 ORDER BY ${PLACE}`),
      common: find(`${PLACE} < 0.5`),
      middle: find(`${PLACE} BETWEEN 0.1 AND 0.11`),
    },
    options.rounds,
  );
  const figures = [
    {
      figure: `scan of ${RUNS} runs`,
      unit: 'ms',
      values: before.scan,
      target: '≤ 2,000 at 10⁶',
      holds: median(before.scan) <= 2_000,
    },
    { figure: 'scan / a statement written for it', unit: '×', values: ratioOf(before.scan, before.hand) },
    { figure: 'scan of one activity type in eight', unit: 'ms', values: before.some },
    { figure: 'scan for what half of the runs have', unit: 'ms', values: before.common },
    {
      figure: 'indexed, one run in ten thousand',
      unit: 'ms',
      values: after.rare,
      target: '≤ 10',
      holds: median(after.rare) <= 10,
    },
    {
      figure: 'indexed, in the order of the place',
      unit: 'ms',
      values: after.order,
      target: '≤ 10',
      holds: median(after.order) <= 10,
    },
    {
      figure: 'indexed, half of the runs',
      unit: 'ms',
      values: after.common,
      target: '≤ 10',
      holds: median(after.common) <= 10,
    },
    { figure: 'indexed, one run in a hundred', unit: 'ms', values: after.middle },
    { figure: 'making the index, a run', unit: 'µs', values: [(1_000 * indexing) / RUNS] },
  ];
  report(
    'values',
    figures.map(({ values, ...one }) => ({
      ...one,
      median: median(values),
      low: Math.min(...values),
      high: Math.max(...values),
    })),
    options,
  );
  database.close();
  await reader.close();
  await writer.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
