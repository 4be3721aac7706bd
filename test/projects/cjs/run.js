const { Client, Connection } = require('@temporalio/client');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin, withMetadata } = require('temporal-provenance');
const { currentRun } = require('temporal-provenance/activity');

async function main([address, taskQueue, store]) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const plugin = new ProvenancePlugin({ store, stash: { from_stash: 'stash' } });
  const nativeConnection = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
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
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
