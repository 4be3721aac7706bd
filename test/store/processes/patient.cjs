// A process that writes runs to a store one by one, again and again until each is taken. Arguments: dist, URL, runs.
// Prints `opened UID` per acknowledged run, `! CODE` per refusal (once in a row), `done` at the end.
const { join } = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const [dist, url, runs] = process.argv.slice(2);
const { openStore } = require(join(dist, 'src/store/open.js'));
const { newUid } = require(join(dist, 'src/record/uid.js'));

const say = (line) => process.stdout.write(`${line}\n`);

function opening(number) {
  const time = Date.now() / 1000;
  const text = 'x'.repeat(4000);
  return {
    kind: 'open',
    uid: newUid(),
    time,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata: JSON.stringify({ fields: { number, text }, sources: { number: 'user', text: 'user' } }),
    facts: JSON.stringify({ temporal: {}, provenance: { schema_version: 1, lab: 'default' } }),
    namespace: 'default',
    workflow_id: null,
    run_id: null,
    workflow_type: null,
    activity_id: String(number),
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

async function main() {
  let store;
  let refused;
  for (let number = 0; number < Number(runs); ) {
    const record = opening(number);
    for (;;) {
      try {
        store ??= await openStore(url);
        const [answer] = await store.write([record]);
        say(`${answer.kind} ${record.uid}`);
        refused = undefined;
        break;
      } catch (error) {
        if (refused !== error.code) say(`! ${error.code}`);
        refused = error.code;
        await pause(20);
      }
    }
    number += 1;
    await pause(2);
  }
  await store.close();
  say('done');
}

void main();
