/**
 * `npm start`: the main job on this machine, for real. A Temporal dev server, a worker with the plugin, the example
 * pipeline on real measurements; then what was recorded, through the command line that users have.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { end, endAll, startProcess } from './processes.mjs';
import { main, runQuietly, runShown, SetupError, say, step } from './progress.mjs';
import { findTemporal, startServer } from './temporal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const WORKER_READY = 'Worker is ready';
const WORKER_START_MS = 60_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
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
  await showRuns();
});

async function runPipeline() {
  const server = await step('Temporal dev server', () => startServer(findTemporal()));
  const env = { ...process.env, TEMPORAL_ADDRESS: server.address };
  const worker = await step('Worker with the provenance plugin', () => startWorker(env));
  say('\nThe pipeline: CO2 at Mauna Loa, acquire → reduce → train → infer → report\n');
  const code = await runShown(process.execPath, ['dist/examples/pipeline/client.js'], { cwd: root, env });
  if (code !== 0) throw new SetupError(`The pipeline failed. The worker said:\n${worker.said()}`);
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
    const fail = (why) => reject(new SetupError(`The worker ${why}. It said:\n${worker.said()}`));
    const limit = setTimeout(() => fail('is not ready after a minute'), WORKER_START_MS);
    worker.on('exit', () => fail('ended'));
    worker.stdout.on('data', () => {
      if (!worker.said().includes(WORKER_READY)) return;
      clearTimeout(limit);
      resolve(worker);
    });
  });
}

async function showRuns() {
  say('\nThe runs, newest first (temporal-provenance list):\n');
  await cli(['list', '--limit', '20']);
  say('\nThe newest run in full (temporal-provenance show -1 --json):\n');
  say(
    JSON.stringify(
      JSON.parse(await runQuietly(process.execPath, cliArgs(['show', '-1', '--json']), { cwd: root })),
      null,
      2,
    ),
  );
  say(`
Store:    ${root}provenance.db (the default, sqlite:provenance.db)
Results:  ${root}.cache/example/

Try next, here:
  npx temporal-provenance list --attempts              every attempt, the failed ones too
  npx temporal-provenance show -1                      the newest run, as a person would tell it
  npx temporal-provenance explain -1 sample            where a field came from
  npx temporal-provenance stash set operator Grace     what every later run will carry
  npx temporal-provenance --help
and \`npm start\` again: scan ids go on where they were.`);
}

async function cli(args) {
  const code = await runShown(process.execPath, cliArgs(args), { cwd: root });
  if (code !== 0) throw new SetupError(`temporal-provenance ${args[0]} failed.`);
}

function cliArgs(args) {
  return [`${root}dist/src/cli/main.js`, ...args];
}
