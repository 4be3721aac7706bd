/**
 * A recorder under a steady load: `node --expose-gc steady-load.cjs <dist> <store> <spool> <runs per second>`. Over IPC each message
 * asks for what happened since the last one, and is answered with it; `end` closes the recorder.
 */
const { join } = require('node:path');

const [, , dist, store, spool, rate] = process.argv;
const { createRecorder } = require(join(dist, 'src/record/recorder.js'));
const { compileRules } = require(join(dist, 'src/metadata/validate.js'));
const { createRedactor } = require(join(dist, 'src/redaction/redactor.js'));
const { newUid } = require(join(dist, 'src/record/uid.js'));
const { draftOf } = require('./process-draft.cjs');

const ACTIVITY_MS = 20;
const BUDGET_MS = 250;
const recorder = createRecorder({
  store,
  spool: { folder: spool },
  rules: compileRules({ required: ['operator'] }),
  redactor: createRedactor(),
});

let opened = 0;
let lost = 0;
let latencies = [];
const underWay = new Set();

async function run() {
  const one = draftOf(newUid(), opened);
  opened += 1;
  const began = performance.now();
  const opening = await recorder.open(one, BUDGET_MS);
  latencies.push(performance.now() - began);
  if (opening.kind !== 'open' || opening.state === 'lost') lost += 1;
  await new Promise((resolve) => setTimeout(resolve, ACTIVITY_MS));
  recorder.stop({ uid: one.uid, time: Date.now() / 1000, exit_status: 'success' });
}

function begin() {
  const going = run().finally(() => underWay.delete(going));
  underWay.add(going);
}

let due = performance.now();
const beat = setInterval(() => {
  for (; due <= performance.now(); due += 1000 / Number(rate)) begin();
}, 5);

function look() {
  globalThis.gc();
  latencies.sort((a, b) => a - b);
  const p99_ms = latencies[Math.floor(latencies.length * 0.99)] ?? 0;
  latencies = [];
  return { opened, lost, p99_ms, rss_mb: process.memoryUsage.rss() / 2 ** 20, ...recorder.statistics };
}

process.on('message', async (message) => {
  if (message === 'rest' || message === 'end') {
    clearInterval(beat);
    await Promise.all(underWay);
  }
  if (message === 'end') await recorder.close(30_000);
  process.send(look());
  if (message === 'end') process.disconnect();
});
process.send('ready');
