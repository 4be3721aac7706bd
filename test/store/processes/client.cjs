// One client of a shared store: opens runs, stops, settles and reads any of a few shared ones at random, and logs each operation
// as it begins and as it ends. Arguments: dist, URL, number of the client, operations, shared runs. Prints a JSON object per
// line: {client, op, key, phase: 'invoke' | 'ok' | 'fail', at (monotonic ns, the same clock for all processes), …}.
const { createHash } = require('node:crypto');
const { join } = require('node:path');
const [dist, url, client, operations, shared] = process.argv.slice(2);
const { openStore } = require(join(dist, 'src/store/open.js'));

const OUTCOMES = ['completed', 'failed', 'timed_out', 'canceled'];
const EXITS = ['success', 'fail', 'abort'];
const any = (list) => list[Math.floor(Math.random() * list.length)];
const now = () => String(process.hrtime.bigint());
const say = (event) => process.stdout.write(`${JSON.stringify({ client: Number(client), ...event })}\n`);
const uidOf = (key) => {
  const hex = createHash('sha256').update(key).digest('hex');
  return `019a0000-${hex.slice(0, 4)}-7000-8000-${hex.slice(4, 16)}`;
};

function opening(key) {
  return {
    kind: 'open',
    uid: uidOf(key),
    time: 1,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata: '{"fields":{},"sources":{}}',
    facts: '{"temporal":{},"provenance":{"schema_version":1,"lab":"default"}}',
    namespace: 'default',
    workflow_id: null,
    run_id: null,
    workflow_type: null,
    activity_id: key,
    activity_type: 'a',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
    scheduled_time: 1,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
  };
}

/** The record of an operation, made distinct by client and number. */
function recordOf(op, key, n) {
  const mark = `${client}.${n}`;
  const run_start = uidOf(key);
  if (op === 'open') return opening(key);
  if (op === 'settle') {
    const document = { run_start, time: 1, outcome: any(OUTCOMES), evidence: { mark } };
    return { kind: 'settled', document };
  }
  const uid = uidOf(`stop ${mark}`);
  const exit_status = any(EXITS);
  const document = JSON.stringify({ uid, run_start, time: 1, exit_status, reason: mark });
  return { kind: 'stop', uid, run_start, time: 1, exit_status, document };
}

async function read(store, key) {
  const [run] = await store.resolve({ by: 'uid', uid: uidOf(key) });
  return {
    there: run !== undefined,
    stop: run?.stop?.reason ?? null,
    settled: run?.settled?.evidence.mark ?? null,
    scan_id: run?.start.scan_id ?? null,
  };
}

async function main() {
  const store = await openStore(url);
  for (let n = 0; n < Number(operations); n++) {
    const op = any(['open', 'open', 'stop', 'settle', 'read', 'read']);
    // Every other run is the client's own and new; the rest is shared.
    const key =
      op === 'open' && Math.random() < 0.5
        ? `own-${client}-${n}`
        : `shared-${Math.floor(Math.random() * Number(shared))}`;
    const mark = `${client}.${n}`;
    say({ op, key, mark, phase: 'invoke', at: now() });
    try {
      const result = op === 'read' ? await read(store, key) : (await store.write([recordOf(op, key, n)]))[0];
      say({ op, key, mark, phase: 'ok', at: now(), result });
    } catch (error) {
      say({ op, key, mark, phase: 'fail', at: now(), code: error.code });
    }
  }
  await store.close();
}

void main();
