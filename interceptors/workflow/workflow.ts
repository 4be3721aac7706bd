/**
 * The workflow interceptors. They add no yield point, command or history event: every function is synchronous and returns
 * what `next` returns, no promise of the user's gets a reaction, nothing is drawn from the user's random stream, and
 * whatever fails in here leaves the workflow as it would be without it. [isolate-safe]
 *
 * This folder owns what captures inside the workflow sandbox, and is bundled with every workflow. The worker names its
 * modules; `src/workflow.ts` shares its state.
 * @module
 */
import type { Headers, Payload } from '@temporalio/common';
import {
  log,
  proxySinks,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { type ExecutionAncestry, HEADER_NAME, MEMO_NAME, readHeader } from '../../src/temporal/header';
import { memoContext } from '../../src/temporal/memo-context';
import { DecisionCounter } from './decisions';
import {
  activityHeader,
  continuedHeader,
  type HeaderInputs,
  localActivityHeader,
  nexusHeader,
  startHeader,
} from './headers';
import { executionAncestry, executionCloseText, executionStartText } from './reports';
import { ScheduledActivities, withoutAsked } from './resolutions';
import {
  type ContextMessage,
  MAX_SINK_TEXT_LENGTH,
  type ProgressMessage,
  type ProvenanceSinks,
  SINK_NAME,
} from './sinks';
import {
  beginWorkflowState,
  currentScope,
  type PlanScope,
  receiveContext,
  type WorkflowState,
} from './state';

/** Stands in every bundle that has this module; the plugin looks for it in a prebuilt one. */
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

/** What is read of an activity that is about to be scheduled. */
interface ActivityInput {
  seq: number;
  activityType: string;
  options: { activityId?: string; taskQueue?: string };
}

type Jobs = Parameters<DecisionCounter['read']>[0];

/** What is read of a workflow's start. */
interface StartJob {
  headers?: Headers | null;
  memo?: { fields?: { [name: string]: Payload } | null } | null;
}

/** `undefined` when the module is registered twice. */
function beginCapture(): WorkflowCapture | undefined {
  const state = beginWorkflowState(BUNDLE_MARK);
  return state && new WorkflowCapture(state);
}

/** A continued run starts with what holds for the whole workflow, whatever scope continues it. */
const NO_SCOPE: PlanScope = { fields: {}, issues: [] };

class WorkflowCapture {
  readonly #state: WorkflowState;
  readonly #sink = proxySinks<ProvenanceSinks>()[SINK_NAME];
  #ancestry: ExecutionAncestry | undefined;
  #historyLength = -1;
  readonly #scheduled = new ScheduledActivities();
  readonly #decisions = new DecisionCounter();
  #progress: ProgressMessage = { resolutions: [], decisions: [] };

  constructor(state: WorkflowState) {
    this.#state = state;
  }

  /** Takes what came with the start, before a signal's handler or the workflow itself can schedule anything. */
  begin({ headers, memo }: StartJob): void {
    const info = workflowInfo();
    const header = readHeader(headers);
    this.#ancestry = executionAncestry(info, header?.caller);
    const context = header ?? { v: 1, ...memoContext(info.memo?.[MEMO_NAME], memo?.fields?.[MEMO_NAME]) };
    receiveContext(this.#state, context, header !== undefined);
  }

  /** Queries come in activations of their own, and their handlers run nowhere else. */
  beginActivation(jobs: Jobs): void {
    this.#state.readOnly = jobs.length > 0 && jobs.every((job) => job.queryWorkflow);
  }

  /** Runs the validator of an update. */
  validate(validator: () => void): void {
    const { readOnly } = this.#state;
    this.#state.readOnly = true;
    try {
      validator();
    } finally {
      this.#state.readOnly = readOnly;
    }
  }

  /** Counts headers anew when a new workflow task has begun. */
  beginTask(historyLength: number): void {
    if (historyLength === this.#historyLength) return;
    this.#historyLength = historyLength;
    this.#state.task_header_bytes = 0;
  }

  /** Reads what an activation's jobs tell, in replay too: numbers must go on from where they were. */
  readJobs(jobs: Jobs): void {
    const time = Date.now() / 1000;
    this.#progress.resolutions.push(...this.#scheduled.resolve(jobs, time));
    this.#progress.decisions.push(...this.#decisions.read(jobs, time));
  }

  acceptUpdate(id: string, name: string): void {
    this.#progress.decisions.push(this.#decisions.update(id, name, Date.now() / 1000));
  }

  schedules({ seq, activityType, options }: ActivityInput): void {
    const task_queue = options.taskQueue ?? workflowInfo().taskQueue;
    this.#scheduled.remember(seq, options.activityId, [activityType, task_queue, Date.now() / 1000]);
  }

  schedulesLocally({ seq }: { seq: number }): void {
    this.#scheduled.remember(seq, undefined);
  }

  reportProgress(): void {
    const progress = this.#progress;
    if (progress.resolutions.length === 0 && progress.decisions.length === 0) return;
    this.#progress = { resolutions: [], decisions: [] };
    if (!workflowInfo().unsafe.isReplaying) this.#sink.progress(progressText(progress));
  }

  reportStart(args: readonly unknown[]): void {
    this.#sink.execution(bounded(executionStartText(workflowInfo(), args, this.#ancestry)));
  }

  reportEnd(commands: readonly object[]): void {
    const info = workflowInfo();
    const text = info.unsafe.isReplaying ? undefined : executionCloseText(info, commands);
    if (text) this.#sink.close(bounded(text));
  }

  forActivity(headers: Headers): Headers {
    return withHeader(headers, activityHeader(this.#inputs(), currentScope(this.#state)));
  }

  forLocalActivity(headers: Headers): Headers {
    return withHeader(headers, localActivityHeader(this.#inputs(), currentScope(this.#state)));
  }

  forChild(headers: Headers): Headers {
    return withHeader(headers, startHeader(this.#inputs(), currentScope(this.#state)));
  }

  forContinuedRun(headers: Headers): Headers {
    return withHeader(headers, continuedHeader(this.#inputs(), NO_SCOPE));
  }

  forNexus(headers: Record<string, string>): Record<string, string> {
    const text = nexusHeader(this.#inputs(), currentScope(this.#state));
    return text ? { ...headers, [HEADER_NAME]: text } : headers;
  }

  #inputs(): HeaderInputs {
    return {
      state: this.#state,
      info: workflowInfo(),
      ancestry: this.#ancestry,
      send: (message: ContextMessage) => this.#sink.context(bounded(JSON.stringify(message))),
    };
  }
}

function inbound(capture: WorkflowCapture): WorkflowInboundCallsInterceptor {
  return {
    execute(input, next) {
      guarded(() => capture.reportStart(input.args));
      return next(input);
    },
    validateUpdate(input, next) {
      capture.validate(() => next(input));
    },
    handleUpdate(input, next) {
      guarded(() => capture.acceptUpdate(input.updateId, input.name));
      return next(input);
    },
  };
}

function outbound(capture: WorkflowCapture): WorkflowOutboundCallsInterceptor {
  type Kind = 'forActivity' | 'forLocalActivity' | 'forChild' | 'forContinuedRun';
  const headersFor = (headers: Headers, kind: Kind): Headers =>
    guarded(() => capture[kind](headers)) ?? headers;
  return {
    scheduleActivity(input, next) {
      guarded(() => capture.schedules(input));
      return next({ ...input, headers: headersFor(input.headers, 'forActivity') });
    },
    scheduleLocalActivity(input, next) {
      guarded(() => capture.schedulesLocally(input));
      return next({ ...input, headers: headersFor(input.headers, 'forLocalActivity') });
    },
    startChildWorkflowExecution(input, next) {
      return next({ ...input, headers: headersFor(input.headers, 'forChild') });
    },
    continueAsNew(input, next) {
      return next({ ...input, headers: headersFor(input.headers, 'forContinuedRun') });
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

function withHeader(headers: Headers, header: Payload | undefined): Headers {
  return header ? { ...headers, [HEADER_NAME]: header } : headers;
}

/** Where it is too long, without what was asked for: that can be read from the history as well. */
function progressText(progress: ProgressMessage): string {
  const text = JSON.stringify(progress);
  if (text.length <= MAX_SINK_TEXT_LENGTH) return text;
  return bounded(JSON.stringify({ ...progress, resolutions: progress.resolutions.map(withoutAsked) }));
}

/** Nothing longer than a sink call may carry leaves, whatever it was made of. */
function bounded(text: string): string {
  if (text.length <= MAX_SINK_TEXT_LENGTH) return text;
  throw new RangeError(`A message of ${text.length} characters is too long to be sent`);
}

/** Runs a part of the capture; a fault in it is logged and changes nothing. */
function guarded<T>(part: () => T): T | undefined {
  try {
    return part();
  } catch (error) {
    try {
      log.warn('temporal-provenance: a part of the capture failed in the workflow', { error: String(error) });
    } catch {
      // The workflow goes on without the message.
    }
    return undefined;
  }
}
