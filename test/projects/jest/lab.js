// What the project's tests share: a worker on the run's server, and a client that starts one scan.
const { randomUUID } = require('node:crypto');
const { Client, Connection } = require('@temporalio/client');
const { ApplicationFailure } = require('@temporalio/common');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { withMetadata } = require('temporal-provenance');

const { ADDRESS: address } = process.env;
Runtime.install({ logger: new DefaultLogger('ERROR') });

exports.scan = async (plugins, metadata = {}) => {
  const taskQueue = randomUUID();
  const seen = { began: 0 };
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    plugins,
    activities: {
      async measure(input) {
        seen.began += 1;
        return { input, bytes: new Uint8Array([1, 2]), at: new Date(0) };
      },
      async fail() {
        throw ApplicationFailure.create({ message: 'planned', cause: new TypeError('inner') });
      },
    },
  });
  const client = new Client({ connection, plugins });
  await worker.runUntil(async () => {
    const start = () =>
      client.workflow.execute('scan', { taskQueue, workflowId: taskQueue, args: [{ steps: [1, 2] }] });
    seen.result = await withMetadata(metadata, start).catch((error) => error);
    seen.history = await client.workflow.getHandle(taskQueue).fetchHistory();
  });
  await connection.close();
  await native.close();
  return seen;
};
