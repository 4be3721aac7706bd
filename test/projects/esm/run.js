import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { currentRun } from 'temporal-provenance/activity';

const [address, taskQueue, store] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const plugin = new ProvenancePlugin({ store, stash: { from_stash: 'stash' } });
const nativeConnection = await NativeConnection.connect({ address });
const connection = await Connection.connect({ address });
const worker = await Worker.create({
  connection: nativeConnection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('workflows.js', import.meta.url)),
  activities: { observe: async () => currentRun().metadata },
  plugins: [plugin],
});
const client = new Client({ connection, plugins: [plugin] });
const seen = await worker.runUntil(() =>
  withMetadata({ from_user: 'user' }, () =>
    client.workflow.execute('project', { taskQueue, workflowId: taskQueue }),
  ),
);
await connection.close();
await nativeConnection.close();
process.stdout.write(`\nseen: ${JSON.stringify(seen)}\n`);
