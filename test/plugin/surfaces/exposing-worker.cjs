// A worker in a process of its own, to be killed while its activity is half way.
const { setTimeout: sleep } = require('node:timers/promises');
const { activityInfo, Context, heartbeat } = require('@temporalio/activity');
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');
const { ProvenancePlugin } = require('temporal-provenance');

const FRAMES = 8;

async function main([address, taskQueue, store]) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const activities = {
    /** The first attempt stops at the fourth frame, and waits for its end. */
    async expose() {
      const { attempt, heartbeatDetails } = activityInfo();
      const from = heartbeatDetails === undefined ? 0 : heartbeatDetails.frame + 1;
      for (let frame = from; frame < FRAMES; frame += 1) {
        while (attempt === 1 && frame === 4) await Promise.race([sleep(50), Context.current().cancelled]);
        Context.current().log.info(`frame ${frame}`);
        heartbeat({ frame, t_start_ms: 100 * frame, t_stop_ms: 100 * (frame + 1) });
        await sleep(100);
      }
      return from;
    },
  };
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    maxHeartbeatThrottleInterval: '20 ms',
    plugins: [new ProvenancePlugin({ store, environment: false })],
  });
  process.stdin.on('end', () => worker.shutdown()).resume();
  await worker.run();
  await connection.close();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
