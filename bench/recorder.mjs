/**
 * Measures one run through the recorder at concurrency 100: start and stop; merged, redacted, validated,
 * numbered, durable. Compares it with two prepared statements that write the same two documents. Then repeats
 * both with a metadata field that differs in each run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { bareStatements, nothing, throughRecorder } from './recorder/variants.mjs';
import { documents, runDraft } from './recorder/workload.mjs';

const options = parseBenchArguments();
const runs = options.quick ? 5_000 : 20_000;
const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
const results = [];
let group = 100;

const variants = {
  shared: () => throughRecorder(folder, runs),
  varying: () => throughRecorder(folder, runs, { varying: true }),
  watched: () => throughRecorder(folder, runs, { lazy: true }),
  working: () => throughRecorder(folder, runs / 4, { lazy: true, activity_ms: 20 }),
  idling: () => nothing(folder, runs / 4, { activity_ms: 20 }),
  bare: () => bareStatements(folder, runs, { group }),
  nothing: () => nothing(folder, runs),
};

try {
  group = Math.round((await throughRecorder(folder, 2_000)).runs_per_group);
  for (let round = 0; round < options.rounds; round++) {
    const row = {};
    for (const name of roundOrder(Object.keys(variants), round)) row[name] = await variants[name]();
    results.push(row);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const all = (pick) => spread(results.map(pick));
const documentBytes = (index, how) => {
  const { start, stop } = documents(runDraft(index, how), index);
  return JSON.stringify(start).length + JSON.stringify(stop).length;
};
const own = documentBytes(runs, {});
const ownMetadata =
  JSON.stringify(documents(runDraft(runs, {}), 1).start).length -
  JSON.stringify({ temporal: runDraft(runs).temporal }).length;
const perRun = (row) => row.stored_bytes / (runs + 2_000);
const figure = (name, unit, values, target, limit) => ({
  figure: name,
  unit,
  ...values,
  ...(limit === undefined ? {} : { target, holds: values.median <= limit }),
});

report(
  'recorder',
  [
    figure(
      'CPU of a run ÷ two prepared statements',
      '×',
      all((r) => r.shared.cpu_us / r.bare.cpu_us),
      '≤ 2',
      2,
    ),
    figure(
      'CPU of a run with a varying field ÷ shared metadata',
      '×',
      all((r) => r.varying.cpu_us / r.shared.cpu_us),
      '≤ 2',
      2,
    ),
    figure(
      'event-loop delay p99, added, as many runs as will go',
      'ms',
      all((r) => r.watched.delay_p99_ms - r.nothing.delay_p99_ms),
      '≤ 2',
      2,
    ),
    figure(
      'event-loop delay p99, added, activities of 20 ms',
      'ms',
      all((r) => r.working.delay_p99_ms - r.idling.delay_p99_ms),
      '≤ 2',
      2,
    ),
    figure(
      'store bytes of a run ÷ its documents',
      '×',
      all((r) => perRun(r.shared) / own),
      '≤ 1.5',
      1.5,
    ),
    figure(
      'store bytes, varying field ÷ shared metadata',
      '×',
      all((r) => r.varying.stored_bytes / r.shared.stored_bytes),
    ),
    figure(
      'bytes that a varying field adds to a run ÷ its metadata',
      '×',
      all((r) => (perRun(r.varying) - perRun(r.shared)) / ownMetadata),
      '≤ 1',
      1,
    ),
    figure(
      'CPU of a run',
      'µs',
      all((r) => r.shared.cpu_us),
    ),
    figure(
      'CPU of two prepared statements',
      'µs',
      all((r) => r.bare.cpu_us),
    ),
    figure(
      'runs per second, recorder',
      '',
      all((r) => (runs / r.shared.wall_ms) * 1000),
    ),
    figure(
      'runs per group',
      '',
      all((r) => r.shared.runs_per_group),
    ),
    figure(
      'event-loop delay p99, recorder',
      'ms',
      all((r) => r.watched.delay_p99_ms),
    ),
    figure(
      'event-loop delay p99, nothing recorded',
      'ms',
      all((r) => r.nothing.delay_p99_ms),
    ),
    figure('documents of a run', 'B', { median: own }),
  ],
  options,
);
