// A worker of the storm in a process of its own, to be killed. Its activities keep their own account in a side file.
const { appendFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { CompleteAsyncError, Context, heartbeat } = require('@temporalio/activity');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');
const { currentRun } = require('temporal-provenance/activity');

const { address, taskQueue, store, sideFile, codePath } = JSON.parse(process.argv[2]);
// Attempts that nobody waits for any more are the weather here, not a warning.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'error' } },
});

/** When attempts came, by their contexts. */
const came = new WeakMap();

/** Outside of the plugin's: sees for how long an attempt's code was held. */
const clock = (context) => ({
  inbound: {
    execute(input, next) {
      came.set(context, performance.now());
      return next(input);
    },
  },
});

function note() {
  const context = Context.current();
  const { info } = context;
  const run = currentRun();
  const line = {
    uid: run?.uid,
    scan_id: run?.scanId, // absent: the store did not have the run yet
    time: Date.now() / 1000,
    run_id: info.workflowExecution.runId,
    activity_id: info.activityId,
    attempt: info.attempt,
    pid: process.pid,
    held_ms: performance.now() - came.get(context),
    start_to_close_ms: info.startToCloseTimeoutMs,
  };
  appendFileSync(sideFile, `${JSON.stringify(line)}\n`);
  process.send('began');
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
  async ownQueue() {
    note();
    return `${taskQueue}-${process.pid}`;
  },
  async completeElsewhere() {
    const { taskToken } = note();
    const { client } = Context.current();
    setTimeout(() => client.activity.complete(taskToken, 'from elsewhere').catch(() => undefined), 100);
    throw new CompleteAsyncError();
  },
};

process.on('disconnect', () => process.exit(1)); // the test has ended, or was killed

async function main() {
  const connection = await NativeConnection.connect({ address });
  const common = {
    connection,
    activities,
    stickyQueueScheduleToStartTimeout: '2 seconds',
    shutdownForceTime: '3 seconds',
    interceptors: { activity: [clock] },
    plugins: [new ProvenancePlugin({ store, required: [] })],
  };
  const workers = [
    await Worker.create({
      ...common,
      taskQueue,
      workflowBundle: { codePath },
      workflowThreadPoolSize: 1,
      maxCachedWorkflows: 50,
    }),
    await Worker.create({ ...common, taskQueue: `${taskQueue}-${process.pid}` }),
  ];
  process.on('message', () => {
    for (const worker of workers) worker.shutdown();
  });
  const running = workers.map((worker) => worker.run());
  process.send('ready');
  await Promise.all(running);
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
