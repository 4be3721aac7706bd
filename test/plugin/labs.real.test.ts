/** Rules of labs: each worker judges by its lab's, a run names them, and they stand beside its session. */
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeClient, reading, runsOf, temporaryStore, unique, workerOptions } from './harness';

const LABS: ProvenancePluginOptions = {
  lab: ({ taskQueue }) => taskQueue.split('-')[0]!,
  required: ['operator'],
  labs: {
    north: {
      required: ['sample.name'],
      fields: { 'sample.name': { pattern: '^Ni-' } },
      validators: [z.object({ sample: z.object({ mass_mg: z.number().optional() }) })],
    },
    south: { onRefusal: 'record', fields: { dose: { maximum: 5 } } },
  },
};

test('one plugin, three labs: general rules for all, own rules for each', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ environment: false, store, ...LABS });
  const queues = ['north', 'south', 'west'].map((lab) => unique(lab));
  const workers = await Promise.all(
    queues.map(async (queue) => Worker.create(await workerOptions(queue, plugin))),
  );
  const client = await makeClient({ plugins: [plugin] });
  const start = (taskQueue: string, metadata: object) =>
    withMetadata({ operator: 'Ada', ...metadata }, () =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('one'), args: ['x'] }),
    );
  const [north, south, west] = queues as [string, string, string];
  const running = workers.map((worker) => worker.run());
  try {
    await start(west, { sample: { name: 'Au' }, dose: 9 });
    await start(south, { dose: 9 });
    await start(north, { sample: { name: 'Ni-7', mass_mg: 3 } });
    const refused = start(north, { sample: { name: 'Au', mass_mg: 'much' } });
    await expect(refused).rejects.toMatchObject({
      cause: { cause: { type: 'MetadataValidationError', message: expect.stringContaining('sample.name') } },
    });
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
  const runs = await runsOf(store);
  expect(runs.map(({ start: { provenance } }) => [provenance.lab, provenance.issues?.length])).toEqual([
    ['west', undefined],
    ['south', 1],
    ['north', undefined],
  ]);
  await reading(store, async (reader) => {
    const sessions = new Map((await reader.sessions(10)).map((session) => [session.capture?.lab, session]));
    for (const { start: run } of runs) {
      const { lab, rules } = run.provenance;
      expect(rules).toMatch(/^sha256:/);
      expect(sessions.get(lab)?.rules).toBe(rules);
      const blob = await reader.blob(rules!);
      const document = JSON.parse(new TextDecoder().decode(blob!.bytes));
      expect(document).toMatchObject({
        required: lab === 'north' ? ['operator', 'sample.name'] : ['operator'],
      });
      if (lab === 'north')
        expect(document.validators).toEqual([
          expect.objectContaining({ kind: 'schema', name: 'zod', json_schema: expect.anything() }),
        ]);
    }
    expect(new Set(runs.map(({ start: run }) => run.provenance.rules)).size).toBe(3);
  });
});

test('a lab without rules keeps none, and its runs name none', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({
    environment: false,
    store,
    labs: { north: { required: ['operator'] } },
  });
  const queue = unique('queue');
  const worker = await Worker.create(await workerOptions(queue, plugin));
  const client = await makeClient({ plugins: [plugin] });
  await worker.runUntil(
    client.workflow.execute('one', { taskQueue: queue, workflowId: unique('one'), args: ['x'] }),
  );
  const [run] = await runsOf(store);
  expect(run?.start.provenance.rules).toBeUndefined();
  await reading(store, async (reader) => {
    expect((await reader.sessions(1))[0]).not.toHaveProperty('rules');
  });
});
