// A process that ends while another holds the lock of its store: runs are open, their ends can't be stored.
const { spawn } = require('node:child_process');
const { createRecorder } = require('../../dist/src/record/recorder.js');
const { compileRules } = require('../../dist/src/metadata/validate.js');
const { createRedactor } = require('../../dist/src/redaction/redactor.js');
const { newUid } = require('../../dist/src/record/uid.js');

const [, , path, count] = process.argv;
const HOLD = `require('better-sqlite3')(process.argv[1]).exec('BEGIN IMMEDIATE'); process.stdout.write('held'); setInterval(() => {}, 1000);`;

function draft() {
  const time = Date.now() / 1000;
  const temporal = {
    namespace: 'default',
    workflow_id: 'w',
    run_id: 'r',
    workflow_type: 't',
    activity_id: '1',
  };
  const attempt = { activity_type: 'a', args: [], options: {}, attempt: 1, is_local: false, task_queue: 'q' };
  return {
    uid: newUid(),
    time,
    lab: 'default',
    numbered: true,
    share_scan_id: false,
    layers: { inferred: {} },
    issues: [],
    stash_at: 'run',
    temporal: { ...temporal, ...attempt, scheduled_time: time, worker: { host: 'h' } },
  };
}

async function main() {
  const recorder = createRecorder({
    store: `sqlite:${path}`,
    rules: compileRules({}),
    redactor: createRedactor(),
  });
  const runs = Array.from({ length: Number(count) }, draft);
  await Promise.all(runs.map((run) => recorder.open(run, 30_000)));
  const lock = spawn(process.execPath, ['-e', HOLD, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => lock.stdout.once('data', resolve));
  for (const { uid, time } of runs) recorder.stop({ uid, time, exit_status: 'success' });
  await recorder.close(3_000);
  process.once('exit', () => lock.kill('SIGKILL'));
  lock.unref();
  lock.stdout.destroy();
  process.exitCode = 7;
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
