/** `scanId: 'execution'`: an execution with its children is one scan, whichever workers have parts in it. */
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { recording, runsByArgument, runsOf, temporaryStore, unique, workerOptions } from './harness';

const SHARED = { scanId: 'execution' } as const;

test('five activities of one execution are one scan; the next execution is the next scan', async () => {
  const { store } = await recording(SHARED, async ({ client, taskQueue }) => {
    await client.workflow.execute('layered', { taskQueue, workflowId: unique('layered') });
    await client.workflow.execute('retried', { taskQueue, workflowId: unique('retried'), args: [1] });
  });
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => start.scan_id)).toEqual([1, 1, 1, 1, 1, 1, 2, 2]);
  const [first] = runs;
  expect(new Set(runs.slice(0, 6).map(({ start }) => start.provenance.scan_root))).toEqual(
    new Set([first!.start.temporal.run_id]),
  );
});

test('a child on another worker shares the scan id of its root', async () => {
  const store = temporaryStore();
  const elsewhere = unique('elsewhere');
  const other = await Worker.create(
    await workerOptions(elsewhere, new ProvenancePlugin({ store, environment: false, ...SHARED })),
  );
  await other.runUntil(
    recording({ ...SHARED, store }, async ({ client, taskQueue }) => {
      const args = [elsewhere];
      const start = () =>
        client.workflow.execute('family', { taskQueue, workflowId: unique('family'), args });
      await Promise.all([start(), start(), start()]);
    }),
  );
  const runs = await runsOf(store);
  expect(runs).toHaveLength(3 * 10);
  const byRoot = new Map<unknown, Set<unknown>>();
  for (const { start } of runs) {
    const root = start.temporal.root?.run_id ?? start.temporal.run_id;
    byRoot.set(root, (byRoot.get(root) ?? new Set()).add(start.scan_id));
  }
  expect([...byRoot.values()].map((ids) => [...ids]).sort()).toEqual([[1], [2], [3]]);
});

test('a workflow that continues as new is a new scan', async () => {
  const { store } = await recording(SHARED, ({ client, taskQueue }) =>
    client.workflow.execute('continued', { taskQueue, workflowId: unique('continued'), args: [0] }),
  );
  expect((await runsOf(store)).map(({ start }) => start.scan_id)).toEqual([1, 2, 3]);
});

test('a scan id from the user is recorded as given, and excluded runs have none', async () => {
  const { store } = await recording(
    { ...SHARED, capture: { failTimes: { scanId: false } } },
    async ({ client, taskQueue }) => {
      const start = (type: string, args: unknown[]) =>
        client.workflow.execute(type, { taskQueue, workflowId: unique(type), args });
      await withMetadata({ scan_id: 4711 }, () => start('layered', []));
      await start('retried', [1]);
      await start('one', ['Ada']);
    },
  );
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => start.scan_id)).toEqual([...Array(6).fill(4711), undefined, undefined, 1]);
  expect(runs.map(({ start }) => start.provenance.scan_root !== undefined)).toEqual([
    ...Array(8).fill(false),
    true,
  ]);
});

test('a scanIdSource is called for the execution, not for each of its runs', async () => {
  let asked = 0;
  const scanIdSource = () => 100 + asked++;
  const { store } = await recording({ ...SHARED, scanIdSource }, async ({ client, taskQueue }) => {
    for (const type of ['layered', 'layered'])
      await client.workflow.execute(type, { taskQueue, workflowId: unique(type) });
  });
  expect((await runsOf(store)).map(({ start }) => start.scan_id)).toEqual([
    ...Array(6).fill(100),
    ...Array(6).fill(101),
  ]);
  expect(asked).toBe(2);
});

test('a refused run uses no scan id', async () => {
  const { store } = await recording({ ...SHARED, required: ['operator'] }, async ({ client, taskQueue }) => {
    const start = (word: string) =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('one'), args: [word] });
    await expect(start('refused')).rejects.toThrow();
    await withMetadata({ operator: 'Ada' }, () => start('let in'));
  });
  expect((await runsByArgument(store)).get('let in')?.start.scan_id).toBe(1);
});
