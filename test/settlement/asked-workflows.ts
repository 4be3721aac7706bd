/** A workflow whose activities run on another queue, where nobody need have the plugin. */
import { proxyActivities } from '@temporalio/workflow';
import { withMetadata } from 'temporal-provenance/workflow';

interface Activities {
  measure(sample: string): Promise<string>;
  breaks(): Promise<void>;
  sendEmail(): Promise<void>;
}

export async function elsewhere(taskQueue: string): Promise<string> {
  const there = proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 1 },
  });
  await there.breaks().catch(() => undefined);
  await there.sendEmail();
  return withMetadata({ purpose: 'calibration' }, () => there.measure('gold'));
}

/** An activity that may be tried a second time, which gives another worker time to take the queue. */
export async function retriedElsewhere(taskQueue: string): Promise<string> {
  const { measure } = proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 2, initialInterval: '4 seconds' },
  });
  return measure('gold');
}
