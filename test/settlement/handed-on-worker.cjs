// A worker of the workflow `handedOn` in a process of its own, to be killed.
const { setTimeout: sleep } = require('node:timers/promises');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');

const { address, taskQueue, store, codePath } = JSON.parse(process.argv[2]);
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'error' } },
});

const briefly = () => sleep(Math.random() * 40);

const activities = {
  async make(name) {
    await briefly();
    return { parts: [0, 1, 2, 3, 4].map((n) => ({ file: `/made/${name}/${n}.h5`, rows: [n, n + 1] })) };
  },
  async weigh(_name, part) {
    await briefly();
    return { file: `${part.file}.weighed.h5`, rows: part.rows };
  },
  async use(name) {
    await briefly();
    return name;
  },
};

process.on('disconnect', () => process.exit(1)); // the test has ended, or was killed

async function main() {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    workflowBundle: { codePath },
    stickyQueueScheduleToStartTimeout: '1 second',
    plugins: [new ProvenancePlugin({ store, environment: false })],
  });
  process.on('message', () => worker.shutdown());
  const running = worker.run();
  process.send('ready');
  await running;
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
