// Writes runs to a store at a steady rate, or as fast as they go. Arguments: dist, URL, runs per second (0: no pause),
// runs per group, milliseconds, start of the uids. Prints `UID SCAN_ID` per acknowledged run, at the end a JSON object: runs,
// errors by code, latencies of the writes in milliseconds, longest stall of the event loop.
const { join } = require('node:path');
const { performance, monitorEventLoopDelay } = require('node:perf_hooks');
const { setTimeout: pause } = require('node:timers/promises');
const [dist, url, rate, group, duration_ms] = process.argv.slice(2);
const { openStore } = require(join(dist, 'src/store/open.js'));
const { newUid } = require(join(dist, 'src/record/uid.js'));

const facts = JSON.stringify({
  temporal: { workflow_id: 'w', args: ['x'.repeat(900)] },
  provenance: { schema_version: 1, lab: 'default' },
});
const metadata = JSON.stringify({ fields: { operator: 'Ada' }, sources: { operator: 'user' } });

function opening(time) {
  return {
    kind: 'open',
    uid: newUid(),
    time,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata,
    facts,
    namespace: 'default',
    workflow_id: `w-${process.pid}`,
    run_id: `r-${process.pid}`,
    workflow_type: 't',
    activity_id: '1',
    activity_type: 'a',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
    scheduled_time: time,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
  };
}

function stopping(run_start, time) {
  const uid = newUid();
  const document = JSON.stringify({ uid, run_start, time, exit_status: 'success', reason: 'y'.repeat(900) });
  return { kind: 'stop', uid, run_start, time, exit_status: 'success', document };
}

async function main() {
  const store = await openStore(url);
  const latencies = [];
  const errors = {};
  let runs = 0;
  let stops = [];
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  const between_ms = Number(rate) > 0 ? (1000 * Number(group)) / Number(rate) : 0;
  for (let turn = 0; performance.now() - start < Number(duration_ms); turn++) {
    const due = start + turn * between_ms;
    if (due > performance.now()) await pause(due - performance.now());
    const time = Date.now() / 1000;
    const opens = Array.from({ length: Number(group) }, () => opening(time));
    const began = performance.now();
    try {
      const answers = await store.write([...stops, ...opens]);
      latencies.push(performance.now() - began);
      const fresh = answers.slice(stops.length);
      process.stdout.write(fresh.map((answer, i) => `${opens[i].uid} ${answer.scan_id}\n`).join(''));
      stops = opens.map(({ uid }) => stopping(uid, time));
      runs += opens.length;
    } catch (error) {
      errors[error.code] = (errors[error.code] ?? 0) + 1;
    }
  }
  delay.disable();
  await store.close();
  process.stdout.write(`${JSON.stringify({ runs, errors, latencies, stall_ms: delay.max / 1e6 })}\n`);
  process.stdin.destroy();
}

void main();
