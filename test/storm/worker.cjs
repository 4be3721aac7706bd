// A worker of the storm in a process of its own, to be killed. Its activities keep their own account in a side file.
const { appendFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { CompleteAsyncError, Context, heartbeat } = require('@temporalio/activity');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');
const { currentRun } = require('temporal-provenance/activity');

const { address, taskQueue, store, sideFile, codePath } = JSON.parse(process.argv[2]);
Runtime.install({ logger: new DefaultLogger('ERROR') });

function note() {
  const { info } = Context.current();
  const line = {
    uid: currentRun()?.uid,
    run_id: info.workflowExecution.runId,
    activity_id: info.activityId,
    attempt: info.attempt,
    pid: process.pid,
  };
  appendFileSync(sideFile, `${JSON.stringify(line)}\n`);
  return info;
}

const activities = {
  async work(value) {
    note();
    await sleep(10 + Math.random() * 60);
    return value;
  },
  async flaky(failures) {
    const { attempt } = note();
    await sleep(10);
    if (attempt <= failures) throw new Error(`attempt ${attempt} fails`);
    return attempt;
  },
  async fail() {
    note();
    throw new TypeError('always');
  },
  async hang() {
    note();
    await Promise.race([sleep(2_000), Context.current().cancelled]);
  },
  async beat(count) {
    const { heartbeatDetails } = note();
    for (let i = heartbeatDetails?.step ?? 0; i < count; i += 1) {
      heartbeat({ step: i, t_start_ms: i * 10, t_stop_ms: (i + 1) * 10 });
      await Promise.race([sleep(30), Context.current().cancelled]);
    }
    return count;
  },
  async completeElsewhere() {
    const { taskToken } = note();
    const { client } = Context.current();
    setTimeout(() => client.activity.complete(taskToken, 'from elsewhere').catch(() => undefined), 100);
    throw new CompleteAsyncError();
  },
};

async function main() {
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { codePath },
    activities,
    maxCachedWorkflows: 50,
    shutdownForceTime: '3 seconds',
    plugins: [new ProvenancePlugin({ store, required: [] })],
  });
  process.on('message', () => worker.shutdown());
  process.send('ready');
  await worker.run();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
