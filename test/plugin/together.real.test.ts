/** Beside what a lab has already: its own interceptors and sinks, labs by task queue, a stash that changes during the work. */
import { join } from 'node:path';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { type InjectedSinks, Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { openStash, ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, test, vi } from 'vitest';
import type { UserSinks } from './fixtures/user-interceptors';
import {
  makeClient,
  recording,
  runsByArgument,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

/** A user's interceptors of every kind, and what they saw. */
function userParts() {
  const seen: string[] = [];
  const sinks: InjectedSinks<UserSinks> = { audit: { saw: { fn: (_info, what) => void seen.push(what) } } };
  const client: WorkflowClientInterceptor = {
    async start(input, next) {
      seen.push('client starts');
      return next(input);
    },
  };
  const parts: Partial<WorkerOptions> = {
    interceptors: {
      activity: [
        () => ({
          inbound: {
            async execute(input, next) {
              seen.push('activity begins');
              return next(input);
            },
          },
          outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, mine: true }) },
        }),
      ],
      workflowModules: [join(__dirname, 'fixtures', 'user-interceptors.ts')],
    },
    sinks,
  };
  return { seen, client, parts };
}

/** The parts as a plugin that comes after ours, so that they stand after ours everywhere. */
function asPlugin({ interceptors, sinks }: Partial<WorkerOptions>): WorkerPlugin {
  return {
    name: 'the-users-own',
    configureWorker: (options: WorkerOptions) => ({
      ...options,
      sinks: { ...options.sinks, ...sinks },
      interceptors: {
        ...options.interceptors,
        activity: [...(options.interceptors?.activity ?? []), ...(interceptors?.activity ?? [])],
        workflowModules: [
          ...(options.interceptors?.workflowModules ?? []),
          ...(interceptors?.workflowModules ?? []),
        ],
      },
    }),
  } as WorkerPlugin;
}

test.each(['before', 'after'])(
  "the user's own interceptors and sinks are %s ours: both work",
  async (place) => {
    const store = temporaryStore();
    const plugin = new ProvenancePlugin({ store, environment: false });
    const { seen, client: own, parts } = userParts();
    const made =
      place === 'before' ? { ...parts, plugins: [plugin] } : { plugins: [plugin, asPlugin(parts)] };
    const taskQueue = unique('together');
    const worker = await Worker.create(
      await workerOptions(taskQueue, plugin, { ...made, workflowBundle: undefined, workflowsPath }),
    );
    const client = await makeClient({ plugins: [plugin], interceptors: { workflow: [own] } });
    const result = await worker.runUntil(() =>
      withMetadata({ operator: 'Ada' }, () =>
        client.workflow.execute('one', { taskQueue, workflowId: unique('together'), args: ['x'] }),
      ),
    );
    expect(result).toBe('hello x');
    expect(seen).toEqual([
      'client starts',
      'workflow begins',
      'schedules greet',
      'activity begins',
      'workflow ends',
    ]);
    const [run] = await runsOf(store);
    expect(run?.start).toMatchObject({ operator: 'Ada', plan_name: 'one', plan_args: ['x'] });
    expect(run?.settled?.outcome).toBe('completed');
  },
);

test('lab as a function: one plugin, and each task queue has its own scan ids, stash and rules', async () => {
  const store = temporaryStore();
  const queues = { x: unique('beamline-x'), y: unique('beamline-y') };
  const lab = ({ namespace, taskQueue }: { namespace: string; taskQueue: string }) =>
    `${namespace}/${/beamline-./.exec(taskQueue)?.[0]}`;
  for (const name of ['x', 'y']) {
    const stash = await openStash(store, `default/beamline-${name}`);
    await stash.set('beamline', name);
    await stash.close();
  }
  const plugin = new ProvenancePlugin({ store, environment: false, lab });
  const client = await makeClient();
  for (const taskQueue of [queues.x, queues.y, queues.x]) {
    const worker = await Worker.create(await workerOptions(taskQueue, plugin));
    const args = [taskQueue];
    await worker.runUntil(() =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('lab'), args }),
    );
  }
  const told = (await runsOf(store)).map(({ start }) => [
    start.provenance.lab,
    start.scan_id,
    start.beamline,
    start.temporal.args[0],
  ]);
  expect(told).toEqual([
    ['default/beamline-x', 1, 'x', queues.x],
    ['default/beamline-y', 1, 'y', queues.y],
    ['default/beamline-x', 2, 'x', queues.x],
  ]);
});

test('lab as a function that throws, or returns no name: the worker is not created, and the error says so', async () => {
  const lab = (): string => {
    throw new Error('which lab?');
  };
  for (const [given, message] of [
    [lab, /option lab threw for task queue/],
    [() => '', /option lab gave no name for task queue/],
  ] as const) {
    const plugin = new ProvenancePlugin({ store: temporaryStore(), environment: false, lab: given });
    const making = workerOptions(unique('lab'), plugin).then((options) => Worker.create(options));
    await expect(making).rejects.toThrow(message);
    await expect(making).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  }
});

test.each([
  ['run', ['first', 'second', 'second']],
  ['execution', ['first', 'first', 'second']],
] as const)(
  "stashAt '%s': what runs of one execution see of a stash that changes",
  async (stashAt, expected) => {
    const store = temporaryStore();
    const stash = await openStash(store);
    await stash.set('sample_position', 'first');
    await recording({ store, stashAt }, async ({ client, taskQueue }) => {
      const start = (name: string) =>
        client.workflow.start('beforeAndAfter', { taskQueue, workflowId: unique('stash'), args: [name] });
      const handle = await start('a');
      await vi.waitFor(async () => expect(await handle.query('waits')).toBe(true), {
        timeout: 30_000,
        interval: 50,
      });
      await stash.set('sample_position', 'second');
      await handle.signal('goOn');
      await handle.result();
      const later = await start('b');
      await later.signal('goOn');
      await later.result();
    });
    await stash.close();
    const runs = await runsByArgument(store);
    const seen = ['a, before', 'a, after', 'b, before'].map((name) => runs.get(name)?.start.sample_position);
    expect(seen).toEqual(expected);
  },
);
