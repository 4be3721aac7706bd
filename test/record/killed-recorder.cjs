/**
 * A recorder that is to be killed: `node killed-recorder.cjs <dist> <store>`. Says of each opening, once it is answered and before any
 * code could begin: uid, state, milliseconds. SIGTERM closes it in order.
 */
const { writeSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const [, , dist, store] = process.argv;
const { createRecorder } = require(join(dist, 'src/record/recorder.js'));
const { compileRules } = require(join(dist, 'src/metadata/validate.js'));
const { createRedactor } = require(join(dist, 'src/redaction/redactor.js'));
const { newUid } = require(join(dist, 'src/record/uid.js'));
const { draftOf } = require('./process-draft.cjs');

const LANES = 10;
const BUDGET_MS = 250;
const recorder = createRecorder({ store, rules: compileRules({}), redactor: createRedactor() });
let ending = false;
let opened = 0;

async function lane() {
  while (!ending) {
    const draft = draftOf(newUid(), opened++);
    const began = performance.now();
    // A worker's first openings have waited for its environment: nothing is left of their budget.
    const left_ms = Math.random() < 0.3 ? 0 : BUDGET_MS;
    const { state } = await recorder.open(draft, left_ms, { whole_ms: BUDGET_MS });
    writeSync(1, `${draft.uid} ${state} ${Math.round(performance.now() - began)}\n`);
    await sleep(Math.random() * 40);
    recorder.stop({ uid: draft.uid, time: Date.now() / 1000, exit_status: 'success' });
  }
}

process.on('SIGTERM', () => {
  ending = true;
});
void Promise.all(Array.from({ length: LANES }, lane)).then(() => recorder.close(30_000));
