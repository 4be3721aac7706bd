/**
 * The variants: the recorder, and two prepared statements on the calling thread that write the same two
 * documents into the same tables and indexes. Each returns CPU per run (all threads), bytes, and the delay of
 * the event loop.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  compileRules,
  createRecorder,
  createRedactor,
  documents,
  runDraft,
  SqliteEngine,
  STASH,
  stopDraft,
} from './workload.mjs';

const CONCURRENCY = 100;
const WARM_UP_RUNS = 2000;

/** Records runs with the recorder: merged, redacted, validated, numbered, committed. */
export async function throughRecorder(folder, runs, options = {}) {
  const path = join(folder, `ours-${process.hrtime.bigint()}.db`);
  const recorder = createRecorder({
    store: `sqlite:${path}`,
    rules: compileRules({ required: ['operator', 'sample'] }),
    redactor: createRedactor(),
    initialStash: STASH,
  });
  await runAll(recorder, drafts(0, WARM_UP_RUNS, options));
  await recorder.flush(60_000);
  // Drafts are made before the clock starts, unless the event loop is measured: a heap full of drafts makes
  // collections long.
  const work = (options.lazy ? draftsAsNeeded : drafts)(WARM_UP_RUNS, runs, options);
  const groupsBefore = recorder.statistics.groups;
  globalThis.gc?.();
  const measured = await measure(async () => {
    await runAll(recorder, work, options);
    await recorder.flush(60_000);
  });
  const groups = recorder.statistics.groups - groupsBefore;
  const losses = recorder.statistics.losses;
  if (recorder.statistics.runs !== runs + WARM_UP_RUNS || Object.keys(losses).length > 0) {
    throw new Error(`not all was recorded: ${JSON.stringify(recorder.statistics)}`);
  }
  await recorder.close(60_000);
  return { ...measured, cpu_us: measured.cpu_us / runs, runs_per_group: runs / groups, ...storedBytes(path) };
}

/** Records runs with two prepared statements, `group` runs in each transaction. */
export async function bareStatements(folder, runs, { group, ...options }) {
  const path = join(folder, `bare-${process.hrtime.bigint()}.db`);
  const engine = new SqliteEngine({ path, location: path, create: true });
  const db = engine.database;
  db.exec(`INSERT INTO lab VALUES (1, 'default', 0, 0); INSERT INTO metadata VALUES (1, '', '{}', NULL, 0);
    INSERT INTO kind VALUES (1, '', '', '', '', 0); INSERT INTO environment VALUES (1, '', NULL, NULL);
    INSERT INTO worker_session VALUES (1, '', NULL, NULL, NULL)`);
  for (let id = 1; id <= (runs + WARM_UP_RUNS) / 10 + 1; id++) {
    db.prepare(
      `INSERT INTO execution (id, run_id, namespace, workflow_id, workflow_type) VALUES (?, ?, '', '', '')`,
    ).run(id, String(id));
  }
  const statements = {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    run: db.prepare(
      `INSERT INTO run (uid, time, lab_id, scan_id, metadata_id, kind_id, execution_id, environment_id, session_id,
         activity_id, attempt, scheduled_time, state_id, facts)
       VALUES (?, ?, 1, ?, 1, 1, ?, 1, 1, ?, 1, ?, 3, ?)`,
    ),
    stop: db.prepare('INSERT INTO stop (seq, uid, time, exit_status, document) VALUES (?, ?, ?, ?, ?)'),
  };
  writeAll(statements, pairs(0, WARM_UP_RUNS, options), group, 0);
  const work = pairs(WARM_UP_RUNS, runs, options);
  globalThis.gc?.();
  const measured = await measure(async () => writeAll(statements, work, group, WARM_UP_RUNS));
  engine.close();
  return { ...measured, cpu_us: measured.cpu_us / runs, ...storedBytes(path) };
}

/** Runs the loop of the benchmark with nothing recorded, for the base load of the event loop. */
export async function nothing(_folder, runs, options = {}) {
  const recorder = {
    open: () => new Promise((resolve) => setTimeout(resolve, 3)),
    stop() {},
  };
  return measure(() => runAll(recorder, draftsAsNeeded(0, runs, options), options));
}

function writeAll(statements, work, group, from) {
  for (let at = 0; at < work.length; at += group) {
    statements.begin.run();
    for (let i = at; i < Math.min(at + group, work.length); i++) writeOne(statements, work[i], from + i);
    statements.commit.run();
  }
}

function writeOne(statements, { start, stop }, index) {
  const { temporal } = start;
  const { lastInsertRowid } = statements.run.run(
    start.uid,
    start.time,
    start.scan_id,
    Math.floor(index / 10) + 1,
    temporal.activity_id,
    temporal.scheduled_time,
    JSON.stringify(start),
  );
  statements.stop.run(lastInsertRowid, stop.uid, stop.time, stop.exit_status, JSON.stringify(stop));
}

/** `activity_ms` is the duration of each activity; 0 means as fast as runs can be opened. */
async function runAll(recorder, work, { activity_ms = 0 } = {}) {
  const queue = work[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { draft, stop } = next.value;
      await recorder.open(draft, 60_000);
      if (activity_ms > 0) await sleep(activity_ms);
      recorder.stop(stop);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

async function measure(body) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  const started = performance.now();
  delay.enable();
  await body();
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  return {
    cpu_us: user + system,
    wall_ms: performance.now() - started,
    delay_p99_ms: delay.percentile(99) / 1e6,
  };
}

function drafts(from, count, options) {
  return [...draftsAsNeeded(from, count, options)];
}

function* draftsAsNeeded(from, count, options) {
  for (let i = 0; i < count; i++) {
    const draft = runDraft(from + i, options);
    yield { draft, stop: stopDraft(draft) };
  }
}

function pairs(from, count, options) {
  return Array.from({ length: count }, (_, i) => documents(runDraft(from + i, options), from + i + 1));
}

/** When the last connection closes, SQLite moves the write-ahead log into the database. */
function storedBytes(path) {
  return { stored_bytes: statSync(path).size };
}
