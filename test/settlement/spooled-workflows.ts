/** Workflows whose activities need a second attempt, after a pause that a test can see. */
import { proxyActivities } from '@temporalio/workflow';

const { flaky } = proxyActivities<{ flaky(n: number): Promise<number> }>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 2, initialInterval: '6 seconds' },
});

export async function twoAttempts(activities: number): Promise<number[]> {
  return Promise.all(Array.from({ length: activities }, (_, n) => flaky(n)));
}
