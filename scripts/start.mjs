/**
 * `npm start`: the main job on this machine, for real. A Temporal dev server, a worker with the plugin, the example
 * pipeline on real measurements; then three questions about what it has left, through the command line that users have.
 * @module
 */
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, endAll, startProcess } from './processes.mjs';
import { main, runQuietly, runShown, SetupError, say, step } from './progress.mjs';
import { findTemporal, startServer } from './temporal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const WORKER_READY = 'Worker is ready';
const WORKER_START_MS = 60_000;

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    interrupted = true;
    say('\nEnding worker and server …');
    await endAll();
    process.exit(130);
  });
}

await main(async () => {
  try {
    await runPipeline();
  } finally {
    await endAll();
  }
  await showAnswers();
});

async function runPipeline() {
  const server = await step('Temporal dev server', () => startServer(findTemporal()));
  const env = { ...process.env, TEMPORAL_ADDRESS: server.address };
  const worker = await step('Worker with the provenance plugin', () => startWorker(env));
  say('\nThe pipeline: CO2 at Mauna Loa, acquire → reduce → train → infer → report\n');
  const client = startProcess(process.execPath, ['dist/examples/pipeline/client.js'], { cwd: root, env });
  client.stdout.pipe(process.stdout);
  client.stderr.pipe(process.stderr);
  const [code] = await once(client, 'close');
  if (code !== 0 && !interrupted)
    throw new SetupError(`The pipeline failed. The worker said:\n${worker.said()}`);
  say();
  await step('Worker and server ended', async () => {
    await end(worker);
    await end(server.child);
  });
}

/** Resolves when the worker has said that it is ready. */
function startWorker(env) {
  const worker = startProcess(process.execPath, ['dist/examples/pipeline/worker.js'], { cwd: root, env });
  return new Promise((resolve, reject) => {
    const fail = (why) => {
      clearTimeout(limit);
      reject(new SetupError(`The worker ${why}. It said:\n${worker.said()}`));
    };
    const limit = setTimeout(() => fail('is not ready after a minute'), WORKER_START_MS);
    worker.on('exit', () => fail('ended'));
    worker.stdout.on('data', () => {
      if (interrupted || !worker.said().includes(WORKER_READY)) return;
      clearTimeout(limit);
      resolve(worker);
    });
  });
}

/** The three questions that this is about, on the files that the pipeline has left. */
async function showAnswers() {
  const { start, stop } = await newest('report');
  const { report } = stop.temporal.result[0];
  await answer('Where does the report come from?', ['lineage', relative(root, report)]);
  const found = join(root, '.cache', 'example', 'somebody-sent-me-this.json');
  copyFileSync(start.temporal.args[0].model, found);
  await answer('Somebody sends a model, copied and renamed. Which run made it?', [
    'which',
    relative(root, found),
  ]);
  await answer('What data was it trained on?', ['lineage', relative(root, found), '--data']);
  const { scan_id } = (await newest('train')).start;
  say(`
Store:    ${root}provenance.db (the default, sqlite:provenance.db)
Results:  ${root}.cache/example/

Try next, here:
  npx temporal-provenance list                         the runs, newest first
  npx temporal-provenance show ${scan_id}                      one of them, as a person would tell it
  npx temporal-provenance explain ${scan_id} purpose           where a field came from, and what it overruled
  npx temporal-provenance env ${scan_id}                       the code and what it ran on
  npx temporal-provenance stash set operator Grace     what every later run will carry
  npx temporal-provenance --help
and \`npm start\` again: scan ids go on where they were.`);
}

/** The last run of an activity that completed. */
async function newest(activity) {
  const where = `activity_type = '${activity}' AND status = 'completed'`;
  const words = ['list', '--where', where, '--limit', '1', '--json'];
  const [line] = (await runQuietly(process.execPath, cliArgs(words), { cwd: root })).split('\n');
  return JSON.parse(line);
}

async function answer(question, words) {
  say(`\n${question}\n$ temporal-provenance ${words.join(' ')}\n`);
  await cli(words);
}

async function cli(args) {
  const code = await runShown(process.execPath, cliArgs(args), { cwd: root });
  if (code !== 0) throw new SetupError(`temporal-provenance ${args[0]} failed.`);
}

function cliArgs(args) {
  return [`${root}dist/src/cli/main.js`, ...args];
}
