/** A workflow whose activity must be quick. */
import { proxyActivities } from '@temporalio/workflow';

export async function measureOnce(taskQueue: string): Promise<string> {
  const { measure } = proxyActivities<{ measure(): Promise<string> }>({
    taskQueue,
    startToCloseTimeout: '300 ms',
    retry: { initialInterval: '100 ms', backoffCoefficient: 1 },
  });
  return measure();
}
