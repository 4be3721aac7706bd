/**
 * The workflow interceptors. They add no yield point, command or history event. Every function is synchronous
 * and returns what `next` returns; no promise of the user gets a reaction; nothing is drawn from the user's
 * random stream. If anything here fails, the workflow runs as it would without it. [isolate-safe]
 *
 * This folder owns the capture inside the workflow sandbox, and is bundled with every workflow. The worker
 * names its modules; `src/workflow.ts` shares its state.
 * @module
 */
import {
  log,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { WorkflowCapture } from './capture';
import { beginWorkflowState } from './state';

/** A mark in every bundle that has this module. The plugin looks for it in a prebuilt bundle. */
const BUNDLE_MARK = 'temporal-provenance:workflow-interceptors';

/** Called by the SDK once per workflow. */
export function interceptors(): WorkflowInterceptors {
  const capture = guarded(beginCapture);
  if (!capture) return {};
  return {
    inbound: [inbound(capture)],
    outbound: [outbound(capture)],
    internals: [internals(capture)],
  };
}

/** `undefined` if the module is registered twice. */
function beginCapture(): WorkflowCapture | undefined {
  const state = beginWorkflowState(BUNDLE_MARK);
  return state && new WorkflowCapture(state);
}

function inbound(capture: WorkflowCapture): WorkflowInboundCallsInterceptor {
  return {
    execute(input, next) {
      guarded(() => capture.reportStart(input.args));
      guarded(() => capture.starts(input));
      return reported(next(input), (value) => capture.returns(value));
    },
    validateUpdate(input, next) {
      capture.validate(() => next(input));
    },
    handleSignal(input, next) {
      guarded(() => capture.arrives(input));
      return next(input);
    },
    handleUpdate(input, next) {
      guarded(() => capture.acceptUpdate(input.updateId, input.name));
      guarded(() => capture.arrives(input));
      return reported(next(input), (value) => capture.returns(value, input.updateId));
    },
  };
}

/**
 * Reports the value of a promise and returns the same promise. The SDK has reactions on this promise itself,
 * unlike on an activity's, so one more changes nothing.
 */
function reported<T>(promise: Promise<T>, report: (value: T) => void): Promise<T> {
  if (promise instanceof Promise) {
    promise.then(
      (value) => guarded(() => report(value)),
      () => undefined,
    );
  }
  return promise;
}

function outbound(capture: WorkflowCapture): WorkflowOutboundCallsInterceptor {
  return {
    scheduleActivity(input, next) {
      guarded(() => capture.schedules(input));
      // The promise is returned without a reaction on it: docs/design/workflow-sandbox.md#in-the-sandbox.
      return next({ ...input, headers: guarded(() => capture.forActivity(input)) ?? input.headers });
    },
    scheduleLocalActivity(input, next) {
      guarded(() => capture.schedulesLocally(input));
      return next({ ...input, headers: guarded(() => capture.forLocalActivity(input)) ?? input.headers });
    },
    startChildWorkflowExecution(input, next) {
      return next({ ...input, headers: guarded(() => capture.forChild(input)) ?? input.headers });
    },
    signalWorkflow(input, next) {
      return next({ ...input, headers: guarded(() => capture.forSignal(input)) ?? input.headers });
    },
    continueAsNew(input, next) {
      return next({ ...input, headers: guarded(() => capture.forContinuedRun(input)) ?? input.headers });
    },
    startNexusOperation(input, next) {
      return next({ ...input, headers: guarded(() => capture.forNexus(input.headers)) ?? input.headers });
    },
  };
}

function internals(capture: WorkflowCapture): WorkflowInternalsInterceptor {
  return {
    activate(input, next) {
      guarded(() => {
        const { jobs, historyLength } = input.activation;
        const start = jobs?.[0]?.initializeWorkflow;
        capture.beginActivation(jobs ?? []);
        if (start) capture.begin(start);
        if (historyLength) capture.beginTask(historyLength);
        if (jobs) capture.readJobs(jobs);
      });
      guarded(() => capture.watchResults(input.activation.jobs ?? []));
      next(input);
    },
    concludeActivation(input, next) {
      const output = next(input);
      guarded(() => capture.reportProgress());
      guarded(() => capture.reportEnd(output.commands));
      return output;
    },
  };
}

/** Runs a part of the capture. An error in it is logged and changes nothing. */
function guarded<T>(part: () => T): T | undefined {
  try {
    return part();
  } catch (error) {
    try {
      log.warn('temporal-provenance: a part of the capture failed in the workflow', { error: String(error) });
    } catch {
      // The workflow continues without the message.
    }
    return undefined;
  }
}
