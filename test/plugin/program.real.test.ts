/** A lab's own program, built into an ignored folder, as a worker that is started from somewhere else. */
import { execFileSync, spawn } from 'node:child_process';
import { realpathSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { Environment, WorkerSession } from '../../src/model/environment';
import { removeFolders, repository, write } from '../environment/repository';
import { temporalAddress } from '../real/temporal-server';
import { makeClient, reading, runsOf, unique } from './harness';

afterEach(removeFolders);

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/src/cli/main.js');

const WORKER = `
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');
Runtime.install({ logger: new DefaultLogger('INFO', ({ message }) => process.stderr.write(message + '\\n')) });
(async ([address, taskQueue, buildId]) => {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection, taskQueue, buildId, workflowsPath: require.resolve('./workflows'), activities: require('./activities'),
    plugins: [new ProvenancePlugin({ environment: { docker: false, timeoutMs: 10000 } })],
  });
  process.stdin.on('end', () => worker.shutdown()).resume();
  await worker.run();
  await connection.close();
})(process.argv.slice(2)).catch((error) => { console.error(error); process.exitCode = 1; });
`;

const WORKFLOWS = `
const { proxyActivities } = require('@temporalio/workflow');
const { scan } = proxyActivities({ startToCloseTimeout: '1 minute' });
exports.measure = () => scan();
`;

/** A repository that ignores what it builds; sources stand for those of a compiler. */
function laboratory(): string {
  const folder = realpathSync(
    repository({
      'package.json': '{"name": "scan", "version": "1.0.0"}',
      'temporal-provenance.json': '{"lab": "beamline", "store": "sqlite:scan.db"}',
      'src/activities.ts': 'export {};\n',
      '.gitignore': 'lib\nnode_modules\n*.db*\n',
    }),
  );
  write(folder, {
    'lib/worker.js': WORKER,
    'lib/activities.js': `exports.scan = async () => { const name = './calibration'; return require(name).gain; };\n`,
    'lib/calibration.js': 'exports.gain = 1;\n',
    'lib/workflows.js': WORKFLOWS,
    'node_modules/.keep': '',
  });
  symlinkSync(join(ROOT, 'node_modules/@temporalio'), join(folder, 'node_modules/@temporalio'));
  symlinkSync(ROOT, join(folder, 'node_modules/temporal-provenance'));
  return folder;
}

/** Starts the worker, lets it do one workflow, and ends it; returns what it said. */
async function work(folder: string, cwd: string, buildId: string): Promise<string> {
  const taskQueue = unique('program');
  const child = spawn(
    process.execPath,
    [join(folder, 'lib/worker.js'), temporalAddress(), taskQueue, buildId],
    {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise((done) => child.on('exit', done));
  const client = await makeClient();
  const result = client.workflow.execute('measure', { taskQueue, workflowId: taskQueue });
  const died = ended.then(() => Promise.reject(new Error(said)));
  died.catch(() => undefined);
  try {
    expect(await Promise.race([result, died])).toBeTypeOf('number');
  } finally {
    child.stdin.end();
    await ended;
  }
  return said;
}

interface Recorded {
  run: RunRecord;
  environment: Environment;
  session: WorkerSession;
}

async function recorded(folder: string): Promise<Recorded[]> {
  const store = `sqlite:${join(folder, 'scan.db')}`;
  const runs = await runsOf(store);
  return reading(store, async (reader) =>
    Promise.all(
      runs.map(async (run) => ({
        run,
        environment: (await reader.environment(run.start.provenance.environment!))!,
        session: (await reader.session(run.start.provenance.session!))!,
      })),
    ),
  );
}

function cli(folder: string, ...words: string[]): string {
  const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH } } as const;
  return execFileSync(process.execPath, [CLI, ...words], options);
}

test('a worker that was started from another repository names its own code, lab and store, and logs that', async () => {
  const folder = laboratory();
  const other = realpathSync(repository());
  const said = await work(folder, other, 'v1');
  expect(said).toContain(
    `lab 'beamline', store sqlite:${join(folder, 'scan.db')}, config ${join(folder, 'temporal-provenance.json')}, code of ${folder}`,
  );
  expect(said).toContain(`was started in ${other}: ignored from the working directory`);
  const [first] = await recorded(folder);
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
  expect(first!.environment.identity.git).toMatchObject({ commit: head });
  expect(first!.run.start.provenance.lab).toBe('beamline');
  expect(cli(folder, 'doctor')).toContain(`started in ${other}: ignored from the working directory`);
});

test('a constant that changes in built code gives another environment, and show does not call it clean', async () => {
  const folder = laboratory();
  await work(folder, '/', 'v1');
  write(folder, { 'lib/workflows.js': WORKFLOWS.replace('1 minute', '2 minutes') });
  await work(folder, '/', 'v1');
  write(folder, { 'lib/activities.js': `exports.scan = async () => 2;\n` });
  await work(folder, '/', 'v1');
  const [first, second, third] = await recorded(folder);
  expect(new Set([first, second, third].map((one) => one!.environment.id)).size).toBe(3);
  expect(second!.environment.code_id).not.toBe(third!.environment.code_id);
  expect(cli(folder, 'show', '1')).toMatch(/built code not compared in 1 place/);
  expect(cli(folder, 'show', '3')).toMatch(/clean, \d+ built files/);
});

test('code that is loaded while a worker runs is recorded with its session', async () => {
  const folder = laboratory();
  await work(folder, '/', 'v1');
  const [first] = await recorded(folder);
  expect(first!.session.loaded_later).toEqual([
    { path: 'lib/calibration.js', sha256: expect.stringMatching(/^sha256:/) },
  ]);
});

test('each session has its own build id and reasons, although the environment is shared', async () => {
  const folder = laboratory();
  await work(folder, '/', 'v1');
  execFileSync('git', ['checkout', '--quiet', '-b', 'other'], { cwd: folder });
  await work(folder, '/', 'v2');
  const [first, second] = await recorded(folder);
  expect(second!.environment.id).toBe(first!.environment.id);
  const env = (scan: string) => JSON.parse(cli(folder, 'env', '--json', scan));
  expect(env('1')).toMatchObject({
    detail: { code: { build_id: 'v1' }, git: { branch: 'main', upstream: 'origin/main' } },
  });
  expect(env('2')).toMatchObject({
    detail: { code: { build_id: 'v2' }, git: { branch: 'other' } },
    reasons: { 'git.upstream': 'no_upstream' },
  });
  expect(env('1').reasons['git.upstream']).toBeUndefined();
  expect(cli(folder, 'env', '2')).toMatch(/code\.build_id +v2/);
});
