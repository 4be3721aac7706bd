/**
 * Runs a worker with the plugin in its own process, with or without capture of data. An IPC message starts a
 * round of activities that name no data; the process answers with its CPU time.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const require = createRequire(import.meta.url);
const [variant, address, folder] = process.argv.slice(2);
const { ProvenancePlugin } = require('temporal-provenance');
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});

const plugin = new ProvenancePlugin({
  store: `sqlite:${join(folder, `${variant}.db`)}`,
  ...(variant === 'without' ? { data: false } : {}),
});
const taskQueue = `bench-data-${variant}`;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: require.resolve('../activity/workflows.cjs'),
  activities: { noop: async () => ({ status: 'done', counts: [1, 2, 3] }) },
  plugins: [plugin],
  maxConcurrentActivityTaskExecutions: 100,
});
const running = worker.run();
const client = new Client({ connection: await Connection.connect({ address }), plugins: [plugin] });

let round = 0;
process.on('message', async ({ stop, workflows, count, parallel }) => {
  if (stop) {
    worker.shutdown();
    await running;
    process.exit(0);
  }
  round += 1;
  const cpu = process.cpuUsage();
  const args = [{ count, parallel, kind: 'local' }];
  const runs = Array.from({ length: workflows }, (_, i) =>
    client.workflow.execute('batch', {
      taskQueue,
      workflowId: `${variant}-${process.pid}-${round}-${i}`,
      args,
    }),
  );
  await Promise.all(runs);
  // A round includes the work that capture has queued in it.
  await plugin.flush();
  const { user, system } = process.cpuUsage(cpu);
  process.send({ cpu_ms: (user + system) / 1000 });
});
process.send({ ready: true });
