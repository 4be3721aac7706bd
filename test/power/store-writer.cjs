// Writes runs to a SQLite store under strace, and each acknowledged uid to a file once the store has answered.
// Arguments: dist, URL, file of acknowledgements, runs, and `persist` to write a group again until it is taken.
const { openSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const [dist, url, acknowledgements, runs, persist] = process.argv.slice(2);
const { openStore } = require(join(dist, 'src/store/open.js'));

const uidOf = (n) => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

function records(n) {
  const facts = {
    temporal: { activity_id: String(n), note: 'x'.repeat(400) },
    provenance: { schema_version: 1 },
  };
  const open = {
    kind: 'open',
    uid: uidOf(n),
    time: n,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata: JSON.stringify({ fields: { sample: `s${n % 9}` }, sources: { sample: 'user' } }),
    facts: JSON.stringify(facts),
    namespace: 'default',
    workflow_id: `w-${n % 5}`,
    run_id: `r-${n % 5}`,
    workflow_type: 't',
    activity_id: String(n),
    activity_type: 'a',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
    scheduled_time: n,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
  };
  const uid = uidOf(n + 1_000_000);
  const stop = { uid, time: n, run_start: uidOf(n), exit_status: 'success' };
  return [open, { kind: 'stop', ...stop, document: JSON.stringify(stop) }];
}

const MOST_TRIES = 20;

/** Until it is taken: a disk that fails now may work again. */
async function persistently(action) {
  for (let tried = 1; ; tried++) {
    try {
      return await action();
    } catch (error) {
      console.error(`failed: ${error.code}`);
      if (!persist || tried === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function main() {
  const store = await persistently(() => openStore(url));
  const log = openSync(acknowledgements, 'w');
  for (let n = 1; n <= Number(runs); n += 5) {
    const ns = [n, n + 1, n + 2, n + 3, n + 4];
    await persistently(() => store.write(ns.flatMap(records)));
    writeSync(log, ns.map((each) => `${uidOf(each)}\n`).join(''));
  }
  // Power is lost with the store open: nothing is closed in order.
  process.kill(process.pid, 'SIGKILL');
}

void main();
