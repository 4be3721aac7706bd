/** A lab that encrypts: what history and store hold of its values. */
import { readFileSync } from 'node:fs';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { MaskingCodec } from './fixtures/codec';
import { makeClient, reading, runsOf, temporaryStore, unique, workerOptions, workflowsPath } from './harness';

const SECRET = 'a value that nobody may read';
const METADATA = 'metadata given by a person';

async function encrypted(options: ConstructorParameters<typeof ProvenancePlugin>[0], bundled: boolean) {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false, ...options });
  const dataConverter = { payloadCodecs: [new MaskingCodec()] };
  const taskQueue = unique('codec');
  const own = bundled ? {} : { workflowBundle: undefined, workflowsPath };
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, { dataConverter, ...own }));
  const client = await makeClient({ dataConverter, plugins: [plugin] });
  const histories = await worker.runUntil(() =>
    withMetadata({ operator: METADATA }, async () => {
      const ids = [unique('codec'), unique('codec'), unique('codec')] as const;
      const start = (workflowId: string, type: string, ...args: unknown[]) =>
        client.workflow.execute(type, { taskQueue, workflowId, args }).catch(() => undefined);
      await start(ids[0], 'one', SECRET);
      await start(ids[1], 'layered');
      await start(ids[2], 'retried', 1);
      return Promise.all(ids.map((id) => client.workflow.getHandle(id).fetchHistory()));
    }),
  );
  const bytes = histories.map((history) =>
    Buffer.from(temporal.api.history.v1.History.encode(history).finish()),
  );
  return { store, history: Buffer.concat(bytes), runs: await runsOf(store) };
}

/** The database and what stands beside it, as one text. */
function rawStore(store: string): string {
  const path = store.slice('sqlite:'.length);
  return readFileSync(path, 'latin1');
}

test.each([true, false])('metadata reaches the runs, values do not; prebuilt bundle: %s', async (bundled) => {
  const { store, history, runs } = await encrypted({}, bundled);
  const one = runs.find(({ start }) => start.temporal.workflow_type === 'one' && !start.temporal.parent);
  expect(one?.start.operator).toBe(METADATA);
  expect(one?.start.temporal.args[0]).toMatchObject({
    digest: expect.stringMatching(/^hmac-sha256:/),
    type: 'string',
  });
  expect(one?.stop?.temporal?.result?.[0]).toMatchObject({ digest: expect.stringMatching(/^hmac-sha256:/) });
  const scoped = runs.filter(({ start }) => start.from_scope === 'scope');
  expect(scoped).toHaveLength(4);
  const failed = runs.find(({ stop }) => stop?.exit_status === 'fail');
  expect(JSON.stringify(failed?.stop)).not.toContain('attempt 1');
  const text = history.toString('latin1');
  expect(text).not.toContain(METADATA);
  expect(text).not.toContain('from_scope');
  expect(text).not.toContain(SECRET);
  expect(rawStore(store)).not.toContain(SECRET);
  const executions = await reading(store, (reader) => reader.executions({ limit: 10 }));
  expect(JSON.stringify(executions)).not.toContain(SECRET);
});

test('the lab may ask for the values all the same', async () => {
  const { runs } = await encrypted({ values: { withhold: 'never' } }, true);
  expect(runs.map(({ start }) => start.temporal.args[0])).toContain(SECRET);
});
