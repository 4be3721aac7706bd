// A process of its own that writes to a store. Arguments: dist, URL, runs, lanes. Prints one line per acknowledged run.
const { join } = require('node:path');
const [dist, url, runs, lanes] = process.argv.slice(2);
const { createRecorder } = require(join(dist, 'src/record/recorder.js'));
const { compileRules } = require(join(dist, 'src/metadata/validate.js'));
const { createRedactor } = require(join(dist, 'src/redaction/redactor.js'));
const { newUid } = require(join(dist, 'src/record/uid.js'));

const recorder = createRecorder({ store: url, rules: compileRules({}), redactor: createRedactor() });
let left = Number(runs);

async function lane(number) {
  while (left-- > 0) {
    const time = Date.now() / 1000;
    const draft = {
      uid: newUid(),
      time,
      lab: 'default',
      numbered: true,
      share_scan_id: false,
      layers: { user: { operator: `process ${process.pid}` }, inferred: { plan_name: 'p' } },
      issues: [],
      stash_at: 'run',
      temporal: {
        namespace: 'default',
        workflow_id: `w-${process.pid}`,
        run_id: `r-${process.pid}-${number}`,
        workflow_type: 't',
        activity_id: String(left),
        activity_type: 'a',
        args: [],
        options: {},
        attempt: 1,
        is_local: false,
        task_queue: 'q',
        scheduled_time: time,
        worker: { host: 'h' },
      },
    };
    const opening = await recorder.open(draft, 30_000);
    if (opening.state === 'committed') process.stdout.write(`${opening.uid} ${opening.scan_id}\n`);
    else process.stdout.write(`! ${JSON.stringify(opening)}\n`);
    recorder.stop({ uid: draft.uid, time: Date.now() / 1000, exit_status: 'success' });
  }
}

async function main() {
  await Promise.all(Array.from({ length: Number(lanes) }, (_, i) => lane(i)));
  await recorder.close(30_000);
  process.stdout.write(`done ${JSON.stringify(recorder.statistics.losses)}\n`);
}

void main();
