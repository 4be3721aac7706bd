// An execution of the settlement benchmark: one activity.
const { proxyActivities } = require('@temporalio/workflow');

const { noop } = proxyActivities({ startToCloseTimeout: '1 minute' });

exports.one = () => noop();
