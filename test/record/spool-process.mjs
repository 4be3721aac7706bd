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

const run = (uid) => [
  { kind: 'open', uid, lab: 'default', stash_version: 1, metadata: 'm'.repeat(700), facts: '{}' },
  { kind: 'stop', uid: `${uid}-stop`, run_start: uid, document: '{}' },
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

async function drain() {
  writeSync(1, 'ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const take = async (records) => {
    const ids = records.map((record) => `${record.uid}\n`);
    appendFileSync(options.into, ids.join(''));
    await new Promise(setImmediate);
    return records.map(() => ({ kind: 'done' }));
  };
  const report = await spool.drain({ write: take });
  writeSync(1, `report ${JSON.stringify(report)}\n`);
}

await (mode === 'write' ? write() : drain());
await spool.close();
process.exit(0);
