const { proxyActivities } = require('@temporalio/workflow');
const { setMetadata } = require('temporal-provenance/workflow');

const { measure, fail } = proxyActivities({
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 1 },
});

exports.scan = async (input) => {
  setMetadata({ nested: { list: [1, { deep: null }] } });
  const result = await measure(input);
  try {
    await fail();
  } catch (error) {
    result.failed = error.cause.message;
  }
  return result;
};
