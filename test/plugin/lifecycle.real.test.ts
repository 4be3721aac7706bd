import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { afterEach, expect, test, vi } from 'vitest';
import { temporalAddress } from '../real/temporal-server';
import {
  activities,
  makeClient,
  quietLogger,
  reading,
  recording,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

afterEach(() => {
  vi.restoreAllMocks();
});

test('importing the root and creating a client loads neither the native worker nor a driver', () => {
  const script = `
    const { ProvenancePlugin, withMetadata } = require('temporal-provenance');
    const { Client, Connection } = require('@temporalio/client');
    new Client({ connection: Connection.lazy(), plugins: [new ProvenancePlugin()] });
    const loaded = Object.keys(require.cache).filter((path) =>
      /@temporalio.(worker|core-bridge)|better-sqlite3|[\\\\/]pg[\\\\/]|dockerode|simple-git/.test(path));
    process.stdout.write(JSON.stringify(loaded));`;
  expect(JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))).toEqual([]);
});

test('a worker that is shut down in the turn in which it was started ends', async () => {
  const plugin = new ProvenancePlugin({ store: temporaryStore(), environment: false });
  const worker = await Worker.create(await workerOptions(unique('brief'), plugin));
  const running = worker.run();
  worker.shutdown();
  await running;
});

test('given to both connection and worker, it records once', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const connection = await NativeConnection.connect({ address: temporalAddress(), plugins: [plugin] });
  const taskQueue = unique('twice');
  const options = await workerOptions(taskQueue, plugin, { connection, plugins: [plugin, plugin] });
  for (const round of ['first', 'second']) {
    // The same options object again: the SDK adds the connection's plugins to it each time.
    const worker = await Worker.create(options);
    const client = await makeClient({ plugins: [plugin, plugin] });
    await worker.runUntil(() =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('twice'), args: [round] }),
    );
  }
  await connection.close();
  expect((await runsOf(store)).map(({ start }) => start.temporal.args[0])).toEqual(['first', 'second']);
});

test('one plugin serves two workers, and two plugins one store, without a duplicate scan id', async () => {
  const store = temporaryStore();
  const shared = new ProvenancePlugin({ store, environment: false });
  const other = new ProvenancePlugin({ store, environment: false });
  const client = await makeClient();
  const queues = [unique('a'), unique('b'), unique('c')];
  const plugins = [shared, shared, other];
  const workers = await Promise.all(
    queues.map(async (queue, index) => Worker.create(await workerOptions(queue, plugins[index]))),
  );
  const work = (taskQueue: string) =>
    Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        client.workflow.execute('one', {
          taskQueue,
          workflowId: unique('many'),
          args: [`${taskQueue} ${index}`],
        }),
      ),
    );
  await Promise.all(workers.map((worker, index) => worker.runUntil(() => work(queues[index]!))));
  const runs = await runsOf(store);
  const numbers = runs.map(({ start }) => start.scan_id as number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(runs.every(({ stop }) => stop?.exit_status === 'success')).toBe(true);
});

/**
 * Runs one workflow, which knows nothing of the plugin, until none of its runs opened before what was looked up was
 * there: on a busy machine that may take longer than an opening has.
 */
async function withoutModule(type: string, args: unknown[], capture: { lookup?: 'off' } = {}) {
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: quietLogger() });
  for (;;) {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { store } = await recording(
      { capture },
      ({ client, taskQueue }) =>
        withMetadata({ operator: 'Ada' }, () =>
          client.workflow.execute(type, { taskQueue, workflowId: unique('bare'), args }),
        ),
      { workflowBundle },
    );
    const runs = await runsOf(store);
    const said = warnings.mock.calls.filter(([text]) => String(text).includes('bundleWorkflowCode'));
    if (runs.every(({ start }) => !start.provenance.unvalidated))
      return { store, runs, warnings: said.length };
    warnings.mockRestore();
  }
}

test('a bundle made without the plugin: one warning with the remedy, and metadata is recorded', async () => {
  const { runs, warnings } = await withoutModule('layered', ['given']);
  expect(warnings).toBe(1);
  const own = runs.filter(({ start }) => start.temporal.workflow_type === 'layered');
  for (const { start } of own) {
    expect(start).toMatchObject({ operator: 'Ada', plan_name: 'layered', plan_args: ['given'] });
  }
  const child = runs.find(({ start }) => start.temporal.workflow_type === 'one');
  expect(child?.start.temporal.parent?.workflow_id).toBe(own[0]?.start.temporal.workflow_id);
  expect(child?.start.operator).toBe('Ada');
});

test('a bundle made without the plugin: a chain keeps its metadata, and each of its runs has a record', async () => {
  const { store, runs } = await withoutModule('continued', [0]);
  expect(runs).toHaveLength(3);
  const ids = runs.map(({ start }) => start.temporal.run_id);
  for (const { start } of runs) {
    expect(start.operator).toBe('Ada');
    expect(start.temporal.first_execution_run_id).toBe(ids[0]);
  }
  const executions = await reading(store, (reader) => reader.executions({ limit: 10 }));
  const chain = executions.map(({ start }) => [start.run_id, start.first_execution_run_id, start.origin]);
  expect(chain.sort()).toEqual(ids.map((id) => [id, ids[0], 'history']).sort());
});

test('capture.lookup off: the first run of the chain is not invented', async () => {
  const { runs } = await withoutModule('continued', [0], { lookup: 'off' });
  expect(runs).toHaveLength(3);
  for (const { start } of runs) expect(start.temporal).not.toHaveProperty('first_execution_run_id');
});

test('capture.lookup off: no history is read', async () => {
  const { runs } = await withoutModule('one', ['given'], { lookup: 'off' });
  expect(runs[0]?.start.plan_name).toBe('one');
  expect(runs[0]?.start).not.toHaveProperty('operator');
  expect(runs[0]?.start).not.toHaveProperty('plan_args');
});

test('a bundle that the worker makes has the module, and its digest in the code id', async () => {
  const { store } = await recording(
    { environment: { cwd: process.cwd() } },
    ({ client, taskQueue }) => client.workflow.execute('layered', { taskQueue, workflowId: unique('path') }),
    { workflowBundle: undefined, workflowsPath },
  );
  const runs = await runsOf(store);
  expect(runs.find(({ start }) => start.temporal.args[0] === 'scope')?.start.from_scope).toBe('scope');
  const id = runs[0]?.start.provenance.environment;
  expect(new Set(runs.map(({ start }) => start.provenance.environment))).toEqual(new Set([id]));
  const environment = await reading(store, (reader) => reader.environment(id!));
  expect(JSON.stringify(environment)).toMatch(/workflow_bundle.{0,40}sha256:/);
  const session = await reading(store, (reader) => reader.session(runs[0]!.start.provenance.session!));
  expect(session).toMatchObject({ environment: id, pid: process.pid });
  expect(session?.stop_time).toBeGreaterThan(session?.start_time ?? 0);
});

const seen: string[] = [];
const own: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      seen.push('before');
      const result = await next(input);
      seen.push('after');
      return result;
    },
  },
});

test.each(['first', 'last'])('with the OpenTelemetry plugin and own interceptors, ours %s', async (place) => {
  seen.length = 0;
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const spans: unknown[] = [];
  const telemetry = new OpenTelemetryPlugin({
    resource: { attributes: {}, merge: () => telemetry } as never,
    spanProcessor: {
      onStart: () => {},
      onEnd: (span: unknown) => spans.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    } as never,
  });
  const plugins = place === 'first' ? [plugin, telemetry] : [telemetry, plugin];
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, plugins, logger: quietLogger() });
  const taskQueue = unique('otel');
  const worker = await Worker.create(
    await workerOptions(taskQueue, undefined, { plugins, workflowBundle, interceptors: { activity: [own] } }),
  );
  const client = await makeClient({ plugins: plugins as never });
  const result = await worker.runUntil(() =>
    withMetadata({ operator: 'Ada' }, () =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('otel'), args: ['x'] }),
    ),
  );
  expect(result).toBe('hello x');
  expect(seen).toEqual(['before', 'after']);
  expect(spans.length).toBeGreaterThan(0);
  const runs = await runsOf(store);
  expect(runs).toHaveLength(1);
  expect(runs[0]?.start.operator).toBe('Ada');
});

test('a store that can never be used prevents the worker, with one clear error', async () => {
  const store = temporaryStore();
  writeFileSync(
    store.slice('sqlite:'.length),
    'this is no database, whatever its name says, and it is long enough',
  );
  const plugin = new ProvenancePlugin({ store, environment: false });
  const made = Worker.create(await workerOptions(unique('corrupt'), plugin));
  await expect(made).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(activities).toBeDefined();
});
