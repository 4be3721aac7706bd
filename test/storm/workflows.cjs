// What the storm throws at the workers: every way an activity of a workflow can run, a third of them failing or retrying.
const wf = require('@temporalio/workflow');

const retry = {
  initialInterval: '50 ms',
  backoffCoefficient: 1.5,
  maximumInterval: '500 ms',
  maximumAttempts: 12,
};
const remote = wf.proxyActivities({ startToCloseTimeout: '3 seconds', heartbeatTimeout: '2 seconds', retry });
const brittle = wf.proxyActivities({
  startToCloseTimeout: '3 seconds',
  retry: { ...retry, maximumAttempts: 2 },
});
const impatient = wf.proxyActivities({
  startToCloseTimeout: '300 ms',
  retry: { ...retry, maximumAttempts: 2 },
});
const patient = wf.proxyActivities({
  startToCloseTimeout: '30 seconds',
  heartbeatTimeout: '2 seconds',
  retry: { ...retry, maximumAttempts: 40 },
});
const local = wf.proxyLocalActivities({
  startToCloseTimeout: '3 seconds',
  retry: { ...retry, maximumAttempts: 4 },
});
const poke = wf.defineSignal('poke');
const ask = wf.defineUpdate('ask');

const tolerate = (promise) => promise.catch(() => 'failed');

const shapes = {
  plain: async () => [await remote.work('a'), await remote.work('b')],
  parallel: () => Promise.all([1, 2, 3, 4].map((i) => remote.work(i))),
  retrying: () => remote.flaky(2),
  failing: () => tolerate(brittle.fail()),
  timingOut: () => tolerate(impatient.hang()),
  local: async () => [await local.work('l'), await tolerate(local.fail()), await local.work('m')],
  child: () =>
    wf.executeChild('storm', { args: [{ shape: 'retrying', round: 1 }], workflowTaskTimeout: '2 seconds' }),
  heartbeating: () => remote.beat(6),
  async: () => tolerate(remote.completeElsewhere()),
  /** Long enough to be paused and reset from outside. */
  disturbed: () => tolerate(patient.beat(80)),
  /** The second activity runs where the first one did: on the queue of that worker alone. */
  session: async () => {
    const taskQueue = await remote.ownQueue();
    const there = wf.proxyActivities({
      taskQueue,
      startToCloseTimeout: '3 seconds',
      scheduleToStartTimeout: '4 seconds',
      retry: { ...retry, maximumAttempts: 2 },
    });
    return tolerate(there.work('there'));
  },
  /** Fails once as a whole, and is tried again by the server. */
  again: async () => {
    await remote.work('again');
    if (wf.workflowInfo().attempt === 1) throw wf.ApplicationFailure.retryable('once more');
  },
  abandoned: () => {
    void remote.work('left behind').catch(() => undefined);
    return 'gone';
  },
  cancelling: () =>
    tolerate(
      wf.CancellationScope.cancellable(async () => {
        const scope = wf.CancellationScope.current();
        const done = remote.beat(50);
        await wf.sleep(200);
        scope.cancel();
        return done;
      }),
    ),
};

/** One execution of the storm; every third continues as new once, every fifth waits for its signal. */
exports.storm = async function storm({ shape, round = 0, waits = false, continues = false }) {
  let poked = !waits;
  wf.setHandler(poke, () => {
    poked = true;
  });
  wf.setHandler(ask, () => 'answer');
  await shapes[shape]();
  await wf.condition(() => poked, '20 seconds');
  if (continues && round === 0) await wf.continueAsNew({ shape, round: 1, waits: false, continues: false });
  if (shape === 'failing') throw wf.ApplicationFailure.nonRetryable('as the storm wants it');
  return shape;
};
