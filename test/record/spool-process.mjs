/**
 * A process that writes to a spool, or takes it in, until it is killed.
 * `node spool-process.mjs write|drain <spool.js> <options as JSON>`; on stdout one line per fact.
 */
import { appendFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const [, , mode, built, text] = process.argv;
const options = JSON.parse(text);
const { openSpool } = createRequire(import.meta.url)(built);

/** Dies without a word at the n-th time that a failpoint is passed. */
let passes = 0;
const failpoint = (name) => {
  if (name !== options.die_at) return;
  passes += 1;
  if (passes === options.die_pass) process.kill(process.pid, 'SIGKILL');
};

/** What a store takes. */
const run = (uid) => [
  {
    kind: 'open',
    uid,
    time: 1,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata: JSON.stringify({ fields: { filler: 'm'.repeat(300) }, sources: { filler: 'plan' } }),
    facts: '{"temporal":{},"provenance":{}}',
    namespace: 'default',
    workflow_id: 'w',
    run_id: 'r',
    workflow_type: 'scan',
    activity_id: uid,
    activity_type: 'measure',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
    scheduled_time: 1,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
  },
  { kind: 'stop', uid: `${uid}-stop`, run_start: uid, time: 2, exit_status: 'success', document: '{}' },
];

const spool = await openSpool({ segment_bytes: 16_384, retry_ms: 0, ...options, failpoint });

async function write() {
  for (let n = 0; n < options.runs; n += 5) {
    const uids = Array.from({ length: 5 }, (_, k) => `${process.pid}-${n + k}`);
    const receipts = await Promise.all(uids.map((uid) => spool.append(run(uid))));
    const acked = uids.filter((_, k) => receipts[k].stored.every(Boolean));
    const dropped = receipts.reduce((sum, receipt) => sum + receipt.dropped, 0);
    writeSync(1, [...acked.map((uid) => `acked ${uid}\n`), `dropped ${dropped}\n`].join(''));
  }
}

/** Into a list, or a store: there a process may die right before a commit, and right after it. */
async function target() {
  if (options.store === undefined)
    return async (records) => {
      appendFileSync(options.into, records.map((record) => `${record.uid}\n`).join(''));
      await new Promise(setImmediate);
      return records.map(() => ({ kind: 'done' }));
    };
  const { openStore } = createRequire(import.meta.url)(options.stores);
  const store = await openStore(options.store);
  return async (records) => {
    failpoint('before-commit');
    const answers = await store.write(records);
    failpoint('after-commit');
    return answers;
  };
}

async function drain() {
  const write = await target();
  writeSync(1, 'ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const report = await spool.drain({ write });
  writeSync(1, `report ${JSON.stringify(report)}\n`);
}

await (mode === 'write' ? write() : drain());
await spool.close();
process.exit(0);
