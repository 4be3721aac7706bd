import { proxyActivities } from '@temporalio/workflow';
import { setMetadata, withMetadata } from 'temporal-provenance/workflow';

const { observe } = proxyActivities({ startToCloseTimeout: '20 seconds' });

export async function project() {
  setMetadata({ from_set: 'plan', from_scope: 'set' });
  return withMetadata({ from_scope: 'scope' }, () => observe());
}
