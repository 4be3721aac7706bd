/**
 * Runs a function that the lab wrote, and returns how it ended: a value, an error, or a promise with limited
 * time. [isolate-safe]
 * @module
 */
import { withTimeout } from '../model/with-timeout';

/** How a call of user code ended. */
export type UserCodeResult =
  | { value: unknown }
  | { failure: 'thrown'; thrown: unknown }
  | { failure: 'timeout'; timeout_ms: number };

/** Calls `code`; never throws. Returns a promise (that never rejects) if `code` returned one. */
export function runUserCode(
  code: () => unknown,
  timeout_ms: number,
): UserCodeResult | Promise<UserCodeResult> {
  try {
    const value = code();
    return isThenable(value) ? limited(value, timeout_ms) : { value };
  } catch (thrown) {
    return { failure: 'thrown', thrown };
  }
}

/** True for promises and everything else that can be awaited. @throws what a hostile `then` getter throws */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> & Promise<T> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

function limited(promise: PromiseLike<unknown>, timeout_ms: number): Promise<UserCodeResult> {
  const outcome = Promise.resolve(promise).then(
    (value): UserCodeResult => ({ value }),
    (thrown: unknown): UserCodeResult => ({ failure: 'thrown', thrown }),
  );
  return withTimeout(outcome, timeout_ms, (): UserCodeResult => ({ failure: 'timeout', timeout_ms }));
}
