/** Hostile values through a real worker: returned, thrown, logged and told by heartbeats, they harm no activity. */
import { Context, heartbeat, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { hostileValues } from '../record/hostile';
import { makeClient, recording, runsOf, temporaryStore, unique, workerOptions } from './harness';

const LOCAL = 400;
const REMOTE = 100;
const values = hostileValues(LOCAL + REMOTE, 7);
const dataConverter = { payloadConverterPath: require.resolve('./fixtures/tolerant-converter.cjs') };
/** Throws in place of returning. */
const throws = (index: number): boolean => index % 10 === 9;

const activities = {
  async hostile(index: number): Promise<unknown> {
    const value = values[index];
    log.info('value', { value });
    if (!Context.current().info.isLocal) heartbeat(value);
    if (throws(index)) throw value;
    return value;
  },
};

let server: PostgresServer | undefined;
afterAll(() => server?.close());

const more = {
  workflowBundle: undefined,
  workflowsPath: require.resolve('./fixtures/hostile-workflows.ts'),
  activities,
  dataConverter,
};

/** @returns how many activities succeeded */
async function runAll(client: Client, taskQueue: string): Promise<number> {
  const execute = (...args: [number, number, string]) =>
    client.workflow.execute('manyHostile', { taskQueue, workflowId: unique('hostile'), args });
  const counts = await Promise.all([execute(0, LOCAL, 'local'), execute(LOCAL, REMOTE, 'remote')]);
  return counts[0] + counts[1];
}

let bare = 0;
beforeAll(async () => {
  const taskQueue = unique('bare');
  const worker = await Worker.create(await workerOptions(taskQueue, undefined, more));
  const client = await makeClient({ dataConverter });
  bare = await worker.runUntil(() => runAll(client, taskQueue));
}, 120_000);

/** As many succeed as without the plugin: an `async` function that returns a revoked proxy fails by itself. */
async function survives(store: string): Promise<void> {
  const { value: succeeded } = await recording(
    { store },
    async ({ taskQueue, plugin }) => {
      const client = await makeClient({ dataConverter, plugins: [plugin] });
      return runAll(client, taskQueue);
    },
    more,
  );
  expect(bare).toBeGreaterThan(0.8 * values.length);
  expect(succeeded).toBe(bare);
  const runs = await runsOf(store);
  expect(runs).toHaveLength(values.length);
  expect(runs.filter(({ stop }) => stop === null)).toEqual([]);
}

test('into SQLite', () => survives(temporaryStore()), 120_000);

test('into PostgreSQL', async (context) => {
  const missing = postgresMissing();
  context.skip(missing !== undefined, missing);
  server = await startPostgres({ fsync: 'off' });
  await survives(await server.createDatabase());
}, 120_000);
