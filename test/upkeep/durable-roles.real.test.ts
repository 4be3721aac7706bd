/** Durable operations whose role may not do what they are for: they end at once, and say which role, and which may. */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleStatements } from '../../src/store/postgres/identity/roles';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { temporalAddress } from '../real/temporal-server';
import { createOperationsWorker } from '../settlement/operations';
import { opening } from '../store/runs';

const missing = postgresMissing();

describe.skipIf(missing)(`durable operations without rights${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let database: string;
  let connection: Connection;
  let native: NativeConnection;

  beforeAll(async () => {
    server = await startPostgres();
    database = new URL(await server.createDatabase()).pathname.slice(1);
    await server.execute('CREATE ROLE lab_writer LOGIN');
    connection = await Connection.connect({ address: temporalAddress() });
    native = await NativeConnection.connect({ address: temporalAddress() });
  });
  afterAll(async () => {
    await connection?.close();
    await native?.close();
    await server?.close();
  });

  it('fail once instead of endless retries', async () => {
    const owner = await openStore(server.urlOf(database));
    await owner.write([opening({ n: 1 })]);
    await server.execute(roleStatements('provenance', { writer: 'lab_writer' }), database);
    const storeUrl = server.urlOf(database, 'lab_writer');
    const client = new Client({ connection });
    const taskQueue = `durable-roles-${process.pid}`;
    const worker = await createOperationsWorker({ connection: native, client, store: storeUrl, taskQueue });
    const failureOf = async (workflow: string, input: object): Promise<ApplicationFailure> => {
      const workflowId = `${workflow}-${Date.now()}`;
      const error = await client.workflow.execute(workflow, { taskQueue, workflowId, args: [input] }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(WorkflowFailedError);
      const { cause } = (error as WorkflowFailedError).cause as Error;
      expect(cause).toBeInstanceOf(ApplicationFailure);
      return cause as ApplicationFailure;
    };
    const [prune, backfill] = await worker.runUntil(async () => {
      const pruned = await failureOf('prune', { older_than_ms: 86_400_000 });
      await client.workflow
        .execute('prune', { taskQueue, workflowId: 'seen', args: [{}] })
        .catch(() => undefined);
      // The right is taken away under the running worker.
      await server.execute('REVOKE INSERT ON ALL TABLES IN SCHEMA provenance FROM lab_writer', database);
      return [pruned, await failureOf('backfill', { query: 'WorkflowType = "prune"' })];
    });
    expect(prune).toMatchObject({ type: 'STORE_REFUSED', nonRetryable: true });
    expect(prune!.message).toContain('Role lab_writer may not remove anything from the store');
    expect(prune!.message).toContain('only role postgres, which owns its tables');
    expect(backfill).toMatchObject({ type: 'STORE_REFUSED', nonRetryable: true });
    expect(backfill!.message).toContain('does not allow role lab_writer to do that');
    expect(backfill!.message).toContain('migrate --roles writer=<role>');
    await owner.close();
  });
});
