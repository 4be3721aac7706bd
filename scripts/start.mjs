/**
 * `npm start`: shows the main use on this machine, for real: a Temporal dev server, a worker with the plugin,
 * and the example pipeline on real measurements. Then it asks three questions about the record with the command
 * line that users have. With `--serve` it shows the record as pages until it is interrupted.
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

const WORDS = process.argv.slice(2);
const SERVE = WORDS.includes('--serve');
const PORTS = ['8474', '0'];
let interrupted = false;
let serving = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    interrupted = true;
    say(serving ? '' : '\nEnding worker and server …');
    await endAll();
    process.exit(serving ? 0 : 130);
  });
}

await main(async () => {
  const unknown = WORDS.find((word) => word !== '--serve');
  if (unknown !== undefined) throw new SetupError(`npm start takes -- --serve, not ${unknown}.`);
  try {
    await runPipeline();
  } finally {
    await endAll();
  }
  await showAnswers();
  if (SERVE) await showPages();
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

/** Resolves when the worker has reported that it is ready. */
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

/** Asks the three main questions about the files that the pipeline has left. */
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
  npx temporal-provenance ${`show ${scan_id}`.padEnd(28)} one of them in full
  npx temporal-provenance ${`explain ${scan_id} purpose`.padEnd(28)} which source gave a field, and which values lost
  npx temporal-provenance ${`env ${scan_id}`.padEnd(28)} the code and what it ran on
  npx temporal-provenance stash set operator Grace     metadata that every later run has
  npx temporal-provenance serve                        all of it as pages in a browser
  npx temporal-provenance --help
and \`npm start\` again: scan ids continue.`);
}

/** Serves the pages until Ctrl-C. */
async function showPages() {
  const [ada, grace] = [await newest('report'), await newest('report', 'Grace')];
  const address = await startPages(PORTS);
  serving = true;
  say(`
The record as pages: ${address}/
  what made the last report                ${address}/lineage?focus=run:${grace.start.uid}
  what failed in the refused pipeline      ${address}/refusals
  what differs between two of its reports  ${address}/diff?a=${ada.start.uid}&b=${grace.start.uid}
Ctrl-C ends it.`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

/** Resolves to the address on the first free port. */
function startPages([port, ...others]) {
  const page = startProcess(process.execPath, cliArgs(['serve', '--port', port, '--json']), { cwd: root });
  return new Promise((resolve, reject) => {
    page.on('exit', () => {
      if (serving) return;
      if (others.length > 0 && page.said().includes('is taken')) resolve(startPages(others));
      else reject(new SetupError(`The page ended. It said:\n${page.said()}`));
    });
    page.stdout.on('data', () => {
      const [, address] = /"address":"([^"]+)"/.exec(page.said()) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

/** The last run of an activity that completed. */
async function newest(activity, operator = 'Ada') {
  const where = `activity_type = '${activity}' AND status = 'completed' AND operator = '${operator}'`;
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
