/** A workflow whose activities complete from elsewhere, or never. */
import { proxyActivities } from '@temporalio/workflow';

interface Activities {
  elsewhere(end: string): Promise<string>;
}

const once = { maximumAttempts: 1 };
const patient = proxyActivities<Activities>({ startToCloseTimeout: '2 minutes', retry: once });
const impatient = proxyActivities<Activities>({ startToCloseTimeout: '5 seconds', retry: once });

export async function threeEnds(): Promise<void> {
  await Promise.allSettled([
    patient.elsewhere('completes'),
    patient.elsewhere('fails'),
    impatient.elsewhere('times out'),
  ]);
}
