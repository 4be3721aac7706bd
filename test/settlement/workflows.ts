/** Workflows whose histories the settlement tests read. */
import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';

interface Activities {
  succeed(value: string): Promise<string>;
  failTwice(): Promise<string>;
  failAlways(): Promise<void>;
  hang(): Promise<void>;
  failWithAddress(): Promise<void>;
}

const remote = proxyActivities<Activities>({
  startToCloseTimeout: '1 second',
  retry: { initialInterval: '10 ms', maximumAttempts: 3 },
});
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1 second',
  retry: { initialInterval: '10 ms', maximumAttempts: 3 },
});

/** One activity of each end: completed, completed after retries, failed, timed out, canceled, and two local ones. */
export async function everyEnd(): Promise<string> {
  await remote.succeed('sample');
  await remote.failTwice();
  await remote.failAlways().catch(() => undefined);
  await remote.hang().catch(() => undefined);
  const scope = new CancellationScope();
  const pending = scope
    .run(() => remote.hang())
    .catch((error) => {
      if (!isCancellation(error)) throw error;
    });
  await sleep(100);
  scope.cancel();
  await pending;
  await local.succeed('sample');
  await local.failAlways().catch(() => undefined);
  return 'done';
}

/** Waits until it is told to end. */
export async function waits(): Promise<void> {
  await sleep('1 hour');
}

/** Two steps, one after the other. */
export async function twoSteps(): Promise<string[]> {
  return [await remote.succeed('first'), await remote.succeed('second')];
}

/** Ends by the failure of its one step, whose message holds an address with a password. */
export async function addressInFailure(): Promise<void> {
  await remote.failWithAddress();
}
