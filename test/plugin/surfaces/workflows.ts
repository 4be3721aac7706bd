/** Workflows of the surface tests. */
import {
  condition,
  createNexusServiceClient,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { withMetadata } from 'temporal-provenance/workflow';
import type { surfaceActivities } from './activities';
import { beamline } from './beamline';

type Activities = typeof surfaceActivities;

const retry = { initialInterval: '20 ms', maximumInterval: '50 ms' } as const;
const remote = proxyActivities<Activities>({ startToCloseTimeout: '40 seconds', retry });
const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '40 seconds', retry });
const once = proxyActivities<Activities>({ startToCloseTimeout: '2 seconds', retry: { maximumAttempts: 1 } });

export async function echoing(key: string): Promise<string> {
  return remote.echo(key);
}

export async function beating(key: string): Promise<string> {
  const { beat } = proxyActivities<Activities>({
    startToCloseTimeout: '50 seconds',
    heartbeatTimeout: '20 seconds',
    retry,
  });
  return beat(key);
}

/** Would wait for an hour after its first attempt. */
export async function waitingLong(key: string): Promise<void> {
  const { failUntilReleased } = proxyActivities<Activities>({
    startToCloseTimeout: '40 seconds',
    retry: { initialInterval: '1 hour' },
  });
  await failUntilReleased(key);
}

export async function resuming(key: string): Promise<number[]> {
  const { resume } = proxyActivities<Activities>({
    startToCloseTimeout: '40 seconds',
    heartbeatTimeout: '20 seconds',
    retry,
  });
  return resume(key);
}

/** The same activity, taken with the workflow task's answer, and by polling. */
export async function eagerly(eager: boolean): Promise<string> {
  const { echo } = proxyActivities<Activities>({
    startToCloseTimeout: '40 seconds',
    allowEagerDispatch: eager,
  });
  return withMetadata({ phase: 'read-out' }, () => echo('eager'));
}

export async function handingOver(key: string): Promise<string> {
  return once.handOver(key);
}

/** A session: what comes after the first activity goes to the worker that took it. */
export async function onOneWorker(): Promise<void> {
  const taskQueue = await remote.queueOfThisWorker();
  const there = proxyActivities<Activities>({ taskQueue, startToCloseTimeout: '40 seconds' });
  await withMetadata({ phase: 'session' }, async () => {
    await there.echo('mount');
    await there.echo('measure');
  });
}

/** Fails when it is tried first. */
export async function secondTry(key: string): Promise<string> {
  await remote.echo(`${key} ${workflowInfo().attempt}`);
  if (workflowInfo().attempt === 1) await once.failForGood(key);
  return 'done';
}

/** Two steps, the first of which stands when it is reset to after it. */
export async function twoSteps(): Promise<void> {
  await remote.echo('first');
  await remote.echo('second');
}

export const ask = defineUpdate<string, [string]>('ask');
export const finish = defineSignal('finish');

export async function asked(): Promise<string[]> {
  const answers: string[] = [];
  setHandler(ask, async (question) => {
    answers.push(await withMetadata({ question }, () => remote.echo(question)));
    return question;
  });
  await condition(() => answers.length > 0);
  return answers;
}

export async function locally(key: string): Promise<number> {
  return local.failTimes(key, 2);
}

/** Calls an operation that is served in this very namespace. */
export async function calling(endpoint: string, operation: string, input: string): Promise<unknown> {
  const client = createNexusServiceClient({ endpoint, service: beamline });
  return withMetadata({ phase: 'alignment' }, () =>
    client.executeOperation(operation as 'align', input, { scheduleToCloseTimeout: '40 seconds' }),
  );
}

/** Leaves its work to a worker in Python. */
export async function reducing(taskQueue: string): Promise<unknown> {
  const { reduce } = proxyActivities<{ reduce(frames: number): Promise<unknown> }>({
    taskQueue,
    startToCloseTimeout: '40 seconds',
    retry: { maximumAttempts: 2 },
  });
  return withMetadata({ phase: 'reduction', purpose: 'plan' }, () => reduce(12));
}

/** A long activity on another worker, which is noticed when it dies. */
export async function exposing(taskQueue: string): Promise<number> {
  const { expose } = proxyActivities<{ expose(): Promise<number> }>({
    taskQueue,
    startToCloseTimeout: '50 seconds',
    heartbeatTimeout: '3 seconds',
    retry,
  });
  return expose();
}

/** Acquires, and leaves the fit to a child, which fails. */
export async function nightScan(frames: number): Promise<unknown> {
  const acquired = await remote.acquire(frames);
  return executeChild(fitting, { workflowId: `${workflowInfo().workflowId}/fit`, args: [acquired] });
}

export async function fitting(acquired: { frames: number; dark: number }): Promise<unknown> {
  return withMetadata({ phase: 'fit' }, () => remote.fit(acquired, 'straight'));
}
