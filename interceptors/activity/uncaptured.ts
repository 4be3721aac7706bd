/**
 * Interceptors of attempts that may leave no run: they pass all by, let no code run, or ask late who captures. Node only.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { BLOCKED_TYPE } from '../../src/model/not-run';

/** Whole, for what asks them itself. */
export function passesBy(): ActivityInterceptors {
  return {
    inbound: { execute: (input, next) => next(input) },
    outbound: { getLogAttributes: (input, next) => next(input) },
  };
}

/** The lab has rules that code must not run without, and they can't be asked. Tried again by the activity's own retry policy. */
export function refusesAll(): ActivityInterceptors {
  return {
    inbound: {
      execute() {
        throw ApplicationFailure.create({
          type: BLOCKED_TYPE,
          message:
            "the provenance of this worker could not be set up, and the lab's rules can't be asked: the activity's code did not run",
          nonRetryable: false,
        });
      },
    },
  };
}

/** Made when the attempt's code is about to run: by then it is known whether others have asked. */
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
