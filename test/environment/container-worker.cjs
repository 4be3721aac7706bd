// A worker of one activity, in a container, until it is told to end by a file.
const { existsSync } = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');

const { address, taskQueue, store, codePath, until } = JSON.parse(process.argv[2]);

async function main() {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { codePath },
    activities: { greet: async (name) => `hello ${name}` },
    // On a loaded machine each part of the environment is known all the same.
    plugins: [new ProvenancePlugin({ store, environment: { timeoutMs: 30_000 } })],
  });
  await worker.runUntil(async () => {
    while (!existsSync(until)) await pause(50);
  });
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
