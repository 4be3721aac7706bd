/** Two runs under one name where the order in which they opened does not tell which of them the server took. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, it } from 'vitest';
import { makeClient, nativeConnection, runsOf, temporaryStore, unique } from '../plugin/harness';
import { reconciled } from '../plugin/surfaces/kit';
import { startProxy } from '../real/proxy';
import { temporalAddress } from '../real/temporal-server';

/** A promise, and what resolves it. */
function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

it('a local activity that a slow worker begins after another has repeated it is not the one that completed', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const client = await makeClient({ plugins: [plugin] });
  const taskQueue = unique('locally');
  const network = await startProxy(Number(temporalAddress().split(':').at(-1)));
  const cut = await NativeConnection.connect({ address: `127.0.0.1:${network.port}` });
  const [came, go] = [signal(), signal()];
  const common = { taskQueue, workflowsPath: join(__dirname, 'twice-workflows.ts'), plugins: [plugin] };
  const slow = await Worker.create({
    ...common,
    connection: cut,
    identity: 'slow',
    activities: { measure: async () => 'by the slow one' },
    interceptors: {
      activity: [
        () => ({
          inbound: {
            async execute(input, next) {
              came.give();
              await go.given;
              return next(input);
            },
          },
        }),
      ],
    },
  });
  const quick = await Worker.create({
    ...common,
    connection: await nativeConnection(),
    identity: 'quick',
    activities: { measure: async () => 'by the quick one' },
  });

  await slow.runUntil(async () => {
    const handle = await client.workflow.start('measureLocally', {
      taskQueue,
      workflowId: unique('locally'),
      workflowTaskTimeout: '1 second',
    });
    await came.given;
    network.mode = 'blackhole';
    expect(await quick.runUntil(handle.result())).toBe('by the quick one');
    go.give();
    const begun = async () =>
      (await runsOf(store)).some(({ start }) => start.temporal.worker.identity === 'slow');
    while (!(await begun())) await sleep(50);
    network.mode = 'pass';
  });
  await cut.close();
  await network.close();

  const { runs } = await reconciled(store);
  // Each may have done it several times as well, on a loaded machine.
  const inOrder = runs.sort((a, b) => a.start.time - b.start.time);
  const workers = inOrder.map(({ start }) => start.temporal.worker.identity);
  expect(workers.at(-1)).toBe('slow');
  const completed = inOrder.filter(({ settled }) => settled?.outcome === 'completed');
  expect(completed).toEqual([inOrder[workers.lastIndexOf('quick')]]);
  expect(completed[0]?.settled?.evidence.source).toBe('history');
  expect(inOrder.at(-1)?.settled).toMatchObject({
    outcome: 'superseded',
    evidence: { source: 'history', reason: 'another_worker', worker: 'quick' },
  });
});

it('an activity that completed is not marked as retried by a later one with the same id', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const client = await makeClient({ plugins: [plugin] });
  const [workflows, measurements] = [unique('workflows'), unique('measurements')];
  const connection = await nativeConnection();
  const plugins = [plugin];
  const decider = await Worker.create({
    connection,
    taskQueue: workflows,
    workflowsPath: join(__dirname, 'twice-workflows.ts'),
    plugins,
  });
  const measuring = await Worker.create({
    connection,
    taskQueue: measurements,
    activities: { measure: async () => 'measured' },
    plugins,
  });

  await decider.runUntil(async () => {
    const handle = await client.workflow.start('measureTwice', {
      taskQueue: workflows,
      workflowId: unique('twice'),
      args: [measurements],
    });
    await sleep(1_500); // the first waits for so long that its end alone does not tell which attempt it was
    expect(await measuring.runUntil(handle.result())).toEqual(['measured', 'measured']);
  });

  expect((await runsOf(store)).map(({ settled }) => settled?.outcome)).toEqual([undefined, 'completed']);
  const { runs } = await reconciled(store);
  expect(runs.map(({ settled }) => settled?.outcome)).toEqual(['completed', 'completed']);
});
