/** A capture that can't be set up: the worker runs as without the plugin, or, where the lab has rules, not at all. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleWorkflowCode, Worker, type WorkerOptions } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions } from 'temporal-provenance';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dist, faultyFunction } from './faults-kit';
import {
  makeClient,
  quietLogger,
  reading,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((text) => void said.push(String(text)));
});

const folders: string[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

let began = 0;
const activities = {
  async greet(name: string) {
    began += 1;
    return `hello ${name}`;
  },
};

async function made(options: ProvenancePluginOptions, more: Partial<WorkerOptions> = {}) {
  began = 0;
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false, ...options });
  const taskQueue = unique('set-up');
  const bundling = vi.spyOn(plugin, 'configureBundler');
  const given = await workerOptions(taskQueue, plugin, { activities, ...more });
  const run = async (worker: Worker) => {
    const client = await makeClient();
    const start = () =>
      client.workflow.execute('one', {
        taskQueue,
        workflowId: taskQueue,
        args: ['Ada'],
        workflowExecutionTimeout: '6 seconds',
      });
    return worker.runUntil(() => start().catch((error: Error) => error));
  };
  return { store, given, bundling, run };
}

test('without rules the worker runs without capture: one warning with cause and remedy, no module of ours in its bundle, a loss in the store', async () => {
  const fault = faultyFunction('src/worker/conditions.js', 'captureConditions');
  const { store, given, bundling, run } = await made({}, { workflowBundle: undefined, workflowsPath });
  const worker = await Worker.create({
    ...given,
    plugins: [...(given.plugins ?? []), ...(given.plugins ?? [])],
  });
  expect(await run(worker)).toBe('hello Ada');
  expect(fault.calls).toBe(2);
  expect(said).toEqual([
    expect.stringMatching(/this worker records nothing: a fault in the capture\. Install/),
  ]);
  expect(bundling).not.toHaveBeenCalled();
  expect(await runsOf(store)).toEqual([]);
  expect(await reading(store, (reader) => reader.losses())).toMatchObject([{ loss: 'set-up', count: 2 }]);
});

test('a bundle that was made with the plugin still has sinks to call', async () => {
  faultyFunction('src/worker/conditions.js', 'captureConditions');
  const { given, run } = await made({});
  const worker = await Worker.create(given);
  expect(worker.options.sinks).toHaveProperty('temporalProvenance.execution');
  expect(await run(worker)).toBe('hello Ada');
});

test.each([
  { required: ['operator'] },
  { validators: [() => undefined] },
  { onStoreFailure: 'block' as const },
])('with %o the worker is not created, and one line says why', async (options) => {
  faultyFunction('src/worker/conditions.js', 'captureConditions');
  const { given } = await made(options);
  const refused: Error = await Worker.create(given).catch((error) => error);
  expect(refused).toMatchObject({
    code: 'SET_UP_FAILED',
    message: expect.stringMatching(/worker does not start.*a fault in the capture/),
  });
  expect(refused.stack?.split('\n')).toHaveLength(1);
});

test('rules that only record their issues let the worker run', async () => {
  faultyFunction('src/worker/conditions.js', 'captureConditions');
  const { given, run } = await made({ required: ['operator'], onRefusal: 'record' });
  expect(await run(await Worker.create(given))).toBe('hello Ada');
  expect(said).toHaveLength(1);
});

test.each([{ required: ['operator'] }, { onStoreFailure: 'block' as const }])(
  'a capture that fails as the worker begins lets no code run with %o',
  async (options) => {
    const fault = faultyFunction('interceptors/activity/activity.js', 'activityInterceptors');
    const { given, run } = await made(options);
    const worker = await Worker.create(given);
    await run(worker);
    expect(fault.calls).toBe(1);
    expect(began).toBe(0);
  },
);

test('a replayer whose set-up fails replays, without our module', async () => {
  const { given, run } = await made({});
  await run(await Worker.create({ ...given, plugins: [] }));
  const client = await makeClient();
  const history = await client.workflow.getHandle(given.taskQueue).fetchHistory();
  const fault = faultyFunction('interceptors/sinks/inert-sinks.js', 'inertSinks');
  const plugins = [new ProvenancePlugin()];
  await Worker.runReplayHistory({ workflowsPath, plugins }, history, 'w');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, plugins, logger: quietLogger() });
  await Worker.runReplayHistory({ workflowBundle, plugins }, history, 'w');
  expect(fault.calls).toBe(2);
  expect(said).toEqual([expect.stringMatching(/replayed without the plugin's workflow module/)]);
});

/** The user of a container, who owns nothing. */
const NOBODY = 65_534;

test.each(['missing', 'locked'])(
  'a store in a folder that is %s is refused in one line with the remedy',
  async (folder) => {
    const parent = mkdtempSync(join(tmpdir(), 'provenance-place-'));
    folders.push(parent);
    mkdirSync(join(parent, 'locked'));
    chmodSync(parent, 0o755);
    chmodSync(join(parent, 'locked'), 0o555);
    const script = `
    const { ProvenancePlugin } = require(process.argv[1]);
    const options = { taskQueue: 'q', activities: {} };
    new ProvenancePlugin({ store: process.argv[2] }).configureWorker(options).catch((error) => console.error(error));`;
    const store = `sqlite:${join(parent, folder, 'provenance.db')}`;
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['-e', script, join(dist, 'src', 'index.js'), store],
      { cwd: '/', ...user },
    );
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^ProvenanceError: The store sqlite:\S+ .*PROVENANCE_STORE=sqlite:/),
    ]);
    if (folder === 'locked') expect(stderr).toMatch(/user \S+ may not write in the folder/);
  },
);
