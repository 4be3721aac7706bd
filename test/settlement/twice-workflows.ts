/** Workflows whose activities leave more than one run under one name. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

interface Measuring {
  measure(): Promise<string>;
}

export async function measureLocally(): Promise<string> {
  return proxyLocalActivities<Measuring>({ startToCloseTimeout: '1 minute' }).measure();
}

/** Uses one activity id for two activities, one after the other. The first has no more time than it waits for a worker. */
export async function measureTwice(taskQueue: string): Promise<string[]> {
  const options = { taskQueue, activityId: 'measurement' };
  const first = proxyActivities<Measuring>({ ...options, startToCloseTimeout: '1 second' });
  const second = proxyActivities<Measuring>({ ...options, startToCloseTimeout: '1 minute' });
  return [await first.measure(), await second.measure()];
}
