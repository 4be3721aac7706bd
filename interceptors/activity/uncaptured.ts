/**
 * Interceptors of attempts that may leave no run. They pass everything through, refuse to run the code, or
 * choose the capturing interceptors late. Node only.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { BLOCKED_TYPE } from '../../src/model/not-run';

/** Passes every call through. All methods exist, for callers that call them directly. */
export function passThrough(): ActivityInterceptors {
  return {
    inbound: { execute: (input, next) => next(input) },
    outbound: { getLogAttributes: (input, next) => next(input) },
  };
}

/**
 * The lab has rules that code must not run without, and they cannot be checked. The failure is retried by the
 * activity's own retry policy.
 */
export function refusesAll(): ActivityInterceptors {
  return {
    inbound: {
      execute() {
        throw ApplicationFailure.create({
          type: BLOCKED_TYPE,
          message:
            "provenance capture could not be set up on this worker, so the lab's rules cannot be checked and the activity's code did not run",
          nonRetryable: false,
        });
      },
    },
  };
}

/**
 * Calls `make` when the attempt's code is about to run: by then it is known whether other interceptors capture
 * the attempt.
 */
export function lateInterceptors(make: () => ActivityInterceptors): ActivityInterceptors {
  let made: ActivityInterceptors | undefined;
  return {
    inbound: {
      execute(input, next) {
        made = make();
        return made.inbound?.execute ? made.inbound.execute(input, next) : next(input);
      },
    },
    outbound: {
      getLogAttributes: (input, next) =>
        made?.outbound?.getLogAttributes ? made.outbound.getLogAttributes(input, next) : next(input),
    },
  };
}
