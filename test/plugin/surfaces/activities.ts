/** Activities that tests hold in their hands: each says when it begins, and some go on until they are let go. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApplicationFailure,
  activityInfo,
  CompleteAsyncError,
  Context,
  heartbeat,
} from '@temporalio/activity';

/** An attempt that has begun. */
export interface Began {
  key: string;
  attempt: number;
  taskToken: Uint8Array;
  activityId: string;
  runId: string | undefined;
  heartbeatDetails: unknown;
}

export const began: Began[] = [];
const released = new Set<string>();

/** The attempts of `key` that have begun. */
export function attemptsOf(key: string): Began[] {
  return began.filter((attempt) => attempt.key === key);
}

/** Lets what waits under `key` go on. */
export function release(key: string): void {
  released.add(key);
}

function begin(key: string): Began {
  const { attempt, taskToken, activityId, workflowExecution, heartbeatDetails } = activityInfo();
  const one = { key, attempt, taskToken, activityId, runId: workflowExecution?.runId, heartbeatDetails };
  began.push(one);
  return one;
}

export const surfaceActivities = {
  async echo(key: string): Promise<string> {
    begin(key);
    return key;
  },
  async failTimes(key: string, times: number): Promise<number> {
    const { attempt } = begin(key);
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  },
  /** Fails until it is let go. */
  async failUntilReleased(key: string): Promise<void> {
    begin(key);
    if (!released.has(key)) throw new Error('not yet');
  },
  async failForGood(key: string): Promise<void> {
    begin(key);
    throw ApplicationFailure.nonRetryable('for good', 'Broken');
  },
  /** Says that it lives until it is let go, or told to stop. */
  async beat(key: string): Promise<string> {
    const { attempt } = begin(key);
    const { cancelled } = Context.current();
    while (!released.has(key)) {
      heartbeat({ step: attempt });
      await Promise.race([sleep(30), cancelled]);
    }
    return `released at ${attempt}`;
  },
  /** Does half of its work in the first attempt, and the rest from where that one was. */
  async resume(key: string): Promise<number[]> {
    const { attempt, heartbeatDetails } = begin(key);
    const done: number[] = [];
    const from = (heartbeatDetails as { next?: number } | undefined)?.next ?? 0;
    for (let step = from; step < 4; step += 1) {
      if (attempt === 1 && step === 2) throw new Error('half way');
      done.push(step);
      heartbeat({ next: step + 1 });
    }
    return done;
  },
  /** Is completed from elsewhere. */
  async handOver(key: string): Promise<string> {
    begin(key);
    throw new CompleteAsyncError();
  },
  async acquire(frames: number): Promise<{ frames: number; dark: number }> {
    return { frames, dark: 3 };
  },
  /** Fails twice: in a way that may pass, and for good. */
  async fit({ frames, dark }: { frames: number; dark: number }, _model: string): Promise<void> {
    const { info, log } = Context.current();
    if (info.attempt === 1) throw new Error('the detector is not yet warm');
    log.warn(`${dark} frames are dark`, { frames });
    throw ApplicationFailure.create({
      type: 'ModelError',
      message: `singular matrix: ${dark} of ${frames} frames are dark`,
      nonRetryable: true,
      cause: new RangeError(`only ${frames - dark} points`),
    });
  },
  /** The task queue of the worker that took it. */
  async queueOfThisWorker(): Promise<string> {
    return `${activityInfo().taskQueue}-own`;
  },
};
