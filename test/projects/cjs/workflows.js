const { proxyActivities } = require('@temporalio/workflow');
const { setMetadata, withMetadata } = require('temporal-provenance/workflow');

const { observe } = proxyActivities({ startToCloseTimeout: '20 seconds' });

exports.project = async () => {
  setMetadata({ from_set: 'plan', from_scope: 'set' });
  return withMetadata({ from_scope: 'scope' }, () => observe());
};
