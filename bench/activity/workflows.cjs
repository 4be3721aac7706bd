// The work of the activity benchmark: no-op activities, remote and local, in batches or one by one.
const { proxyActivities, proxyLocalActivities } = require('@temporalio/workflow');
const { setMetadata } = require('temporal-provenance/workflow');

const remote = proxyActivities({ startToCloseTimeout: '1 minute' });
const local = proxyLocalActivities({ startToCloseTimeout: '1 minute' });

/** `count` activities, `parallel` at a time. */
exports.batch = async function batch({ count, parallel, kind, plan }) {
  if (plan) setMetadata(plan);
  const { noop } = kind === 'local' ? local : remote;
  for (let done = 0; done < count; done += parallel) {
    await Promise.all(
      Array.from({ length: Math.min(parallel, count - done) }, (_, i) =>
        noop({ i, label: 'bench', password: 'hunter2-hunter2' }),
      ),
    );
  }
};
