/** Other plugins that take our part of a worker away, or wrap it: what is recorded, and what is said. */
import { SimplePlugin } from '@temporalio/plugin';
import { Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions } from 'temporal-provenance';
import { afterEach, expect, test, vi } from 'vitest';
import { PATIENCE_MS } from '../patience';
import { makeClient, reading, runsOf, temporaryStore, unique, workerOptions } from './harness';

afterEach(() => {
  vi.restoreAllMocks();
});

/** As instrumentation does. */
const wraps: WorkerPlugin = {
  name: 'wraps',
  configureWorker: (options) => ({
    ...options,
    interceptors: {
      ...options.interceptors,
      activity: options.interceptors?.activity?.map((factory) => (context) => factory(context)) ?? [],
    },
  }),
};

/** Asks for the interceptors of an attempt when it runs. */
const wrapsLate: WorkerPlugin = {
  name: 'wraps late',
  configureWorker: (options) => ({
    ...options,
    interceptors: {
      ...options.interceptors,
      activity: options.interceptors?.activity?.map((factory) => (context) => ({
        inbound: {
          execute: (input, next) => factory(context).inbound?.execute?.(input, next) ?? next(input),
        },
      })),
    },
  }),
};

const replaces = new SimplePlugin({
  name: 'replaces',
  workerInterceptors: () => ({ activity: [() => ({ inbound: { execute: (input, next) => next(input) } })] }),
}) as WorkerPlugin;

const replacesAll: WorkerPlugin = {
  name: 'replaces all',
  configureWorker: ({ interceptors, sinks, ...options }) => options,
};

const dropsPlugins: WorkerPlugin = {
  name: 'picks',
  configureWorker: ({ plugins, ...options }) => options as WorkerOptions,
};

async function recordedWith(
  others: WorkerPlugin[],
  options: ProvenancePluginOptions = {},
  place: 'first' | 'last' = 'first',
) {
  const said: string[] = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((text) => void said.push(String(text)));
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false, ...options });
  const taskQueue = unique('others');
  const plugins = place === 'first' ? [plugin, ...others] : [...others, plugin];
  const worker = await Worker.create(await workerOptions(taskQueue, undefined, { plugins }));
  const client = await makeClient();
  const ended = await worker.runUntil(async () => {
    const ids = [unique('one'), unique('two')];
    const all = ids.map((workflowId) =>
      client.workflow.execute('one', { taskQueue, workflowId, args: ['x'] }).catch((error: Error) => error),
    );
    return Promise.all(all);
  });
  await plugin.flush();
  await vi.waitUntil(async () => (await runsOf(store)).every(({ stop }) => stop), { timeout: PATIENCE_MS });
  const [session] = await reading(store, (reader) => reader.sessions(1));
  return { runs: await runsOf(store), said, session, ended };
}

test.each([wraps, wrapsLate])(
  'a plugin that wraps our interceptors ($name): each run once, no warning',
  async (other) => {
    const { runs, said } = await recordedWith([other]);
    expect(runs.map(({ stop }) => stop?.exit_status)).toEqual(['success', 'success']);
    expect(said).toEqual([]);
  },
);

test.each([replaces, replacesAll])(
  'a plugin that replaces our interceptors ($name): each run once, one warning with the remedy',
  async (other) => {
    const { runs, said, session } = await recordedWith([other]);
    expect(runs.map(({ stop }) => stop?.exit_status)).toEqual(['success', 'success']);
    expect(said).toEqual([expect.stringMatching(/replaced.*Put ProvenancePlugin last/)]);
    expect(said[0]).toContain(other.name);
    expect(session?.capture?.other_plugins).toEqual({ did: 'replaced', after: [other.name] });
  },
);

test('a plugin that drops the list of plugins: each run once, one warning with the remedy', async () => {
  const { runs, said, session } = await recordedWith([dropsPlugins]);
  expect(runs.map(({ stop }) => stop?.exit_status)).toEqual(['success', 'success']);
  expect(said).toEqual([expect.stringMatching(/picks.*without `plugins`.*Put ProvenancePlugin last/)]);
  expect(session?.capture?.other_plugins).toEqual({ did: 'dropped', after: ['picks'] });
});

test.each([wraps, replaces, dropsPlugins])('the lab refuses the same runs behind $name', async (other) => {
  const { runs, ended } = await recordedWith([other], { required: ['operator'] });
  expect(runs).toEqual([]);
  expect(ended.map((one) => String((one as Error).cause))).toEqual([
    expect.stringContaining('Activity task failed'),
    expect.stringContaining('Activity task failed'),
  ]);
});

test.each([replaces, dropsPlugins])(
  'as the last in the list, nothing that $name does matters',
  async (other) => {
    const { runs, said, session } = await recordedWith([other], {}, 'last');
    expect(runs).toHaveLength(2);
    expect(said).toEqual([]);
    expect(session?.stop_time).toBeGreaterThan(0);
  },
);
