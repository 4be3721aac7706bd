/** A lab that encrypts: what history and store hold of its values. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { MaskingCodec } from './fixtures/codec';
import { makeClient, reading, runsOf, temporaryStore, unique, workerOptions, workflowsPath } from './harness';

const SECRET = 'a value that nobody may read';
const METADATA = 'metadata given by a person';

interface Stage {
  client: Client;
  taskQueue: string;
}

interface StageOptions {
  bundled: boolean;
  options?: ConstructorParameters<typeof ProvenancePlugin>[0];
}

/** A worker with a codec, and a client with the same, for as long as `work` gathers histories. */
async function encryptedWorker(
  { bundled, options }: StageOptions,
  work: (stage: Stage) => Promise<temporal.api.history.v1.IHistory[]>,
): Promise<{ store: string; history: Buffer }> {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false, ...options });
  const dataConverter = { payloadCodecs: [new MaskingCodec()] };
  const taskQueue = unique('codec');
  const own = bundled ? {} : { workflowBundle: undefined, workflowsPath };
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, { dataConverter, ...own }));
  const client = await makeClient({ dataConverter, plugins: [plugin] });
  const histories = await worker.runUntil(() => work({ client, taskQueue }));
  const bytes = histories.map((history) =>
    Buffer.from(temporal.api.history.v1.History.encode(history).finish()),
  );
  return { store, history: Buffer.concat(bytes) };
}

async function encrypted(options: StageOptions['options'], bundled: boolean) {
  const { store, history } = await encryptedWorker({ bundled, options }, ({ client, taskQueue }) =>
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
  return { store, history, runs: await runsOf(store) };
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

test('signals, heartbeats and metadata that is too long for a header are never in clear', async () => {
  const PLANTED = 'hunter2-planted-password';
  const { store, history } = await encryptedWorker({ bundled: true }, async ({ client, taskQueue }) => {
    const workflowId = unique('telling');
    const handle = await client.workflow.signalWithStart('telling', {
      taskQueue,
      workflowId,
      args: [{ phase: 'one', password: PLANTED }],
      signal: 'nudge',
      signalArgs: [SECRET],
    });
    await handle.result();
    return [await handle.fetchHistory()];
  });
  const [run] = await runsOf(store);
  expect(run?.start).toMatchObject({ phase: 'one', password: '[redacted]' });
  await reading(store, async (reader) => {
    const [checkpoint] = await reader.checkpoints(run!.start.uid);
    expect(checkpoint?.details).toEqual([
      expect.objectContaining({ digest: expect.stringMatching(/^hmac-sha256:/) }),
    ]);
    expect(checkpoint).not.toHaveProperty('t_start_ms');
    expect(checkpoint).not.toHaveProperty('t_stop_ms');
    const [decision] = await reader.decisions(run!.start.temporal.run_id!);
    expect(decision?.args_digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
  });
  const plainDigest = createHash('sha256').update(JSON.stringify(SECRET)).digest();
  const together = createHash('sha256').update(plainDigest).digest('hex');
  for (const secret of [SECRET, PLANTED, together, '271828182', '314159265'])
    expect(rawStore(store)).not.toContain(secret);
  expect(history.toString('latin1')).not.toContain(PLANTED);
});

test.each([true, false])(
  "if the worker has a codec and the client has none, the plan's metadata is not in clear; prebuilt bundle: %s",
  async (bundled) => {
    const { store, history } = await encryptedWorker({ bundled }, async ({ client, taskQueue }) => {
      const other = await makeClient({ plugins: [new ProvenancePlugin()] });
      const workflowId = unique('codec');
      await withMetadata({ operator: METADATA }, () =>
        other.workflow.start('layered', { taskQueue, workflowId }),
      );
      await client.workflow.getHandle(workflowId).result();
      return [await client.workflow.getHandle(workflowId).fetchHistory()];
    });
    const runs = await runsOf(store);
    expect(runs.filter(({ start }) => start.from_scope === 'scope')).toHaveLength(4);
    expect(new Set(runs.map(({ start }) => start.operator))).toEqual(new Set([METADATA]));
    expect(history.toString('latin1')).not.toContain('from_s');
  },
);

test('the lab may ask for the values', async () => {
  const { runs } = await encrypted({ values: { withhold: 'never' } }, true);
  expect(runs.map(({ start }) => start.temporal.args[0])).toContain(SECRET);
});
