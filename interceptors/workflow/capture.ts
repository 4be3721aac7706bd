/**
 * The capture in one workflow: its metadata, its activities, its decisions, and where its data goes.
 * Synchronous; the callers catch its errors. [isolate-safe]
 * @module
 */
import type { Headers, Payload } from '@temporalio/common';
import { proxySinks, workflowInfo } from '@temporalio/workflow';
import { type ExecutionAncestry, HEADER_NAME, MEMO_NAME, readHeader } from '../../src/temporal/header';
import { memoContext } from '../../src/temporal/memo-context';
import { DecisionCounter } from './decisions';
import { nexusHeader } from './headers';
import { LineageCapture } from './lineage/lineage-capture';
import type { LineageInputs } from './lineage/lineage-headers';
import { executionAncestry, executionCloseText, executionStartText } from './reports';
import { ScheduledActivities, withoutSchedule } from './resolutions';
import {
  type ContextMessage,
  MAX_SINK_TEXT_LENGTH,
  type OriginsMessage,
  type ProgressMessage,
  type ProvenanceSinks,
  SINK_NAME,
} from './sinks';
import { currentScope, type PlanScope, receiveContext, type WorkflowState } from './state';

/** The members that are read of an activity that is about to be scheduled. */
interface ActivityInput {
  seq: number;
  args: readonly unknown[];
  headers: Headers;
  activityType: string;
  options: { activityId?: string; taskQueue?: string };
}

type Jobs = Parameters<DecisionCounter['read']>[0];

/** The members that are read of a workflow's start. */
interface StartJob {
  headers?: Headers | null;
  memo?: { fields?: { [name: string]: Payload } | null } | null;
}

/** The members that are read of a call that brings arguments, or passes them on. */
interface Arriving {
  args: readonly unknown[];
  headers: Headers;
}

/** A continued run starts with the metadata of the whole workflow, whatever scope continues it. */
const NO_SCOPE: PlanScope = { fields: {}, issues: [] };

/** Captures in one workflow. */
export class WorkflowCapture {
  readonly #state: WorkflowState;
  readonly #sink = proxySinks<ProvenanceSinks>()[SINK_NAME];
  #ancestry: ExecutionAncestry | undefined;
  #historyLength = -1;
  readonly #scheduled = new ScheduledActivities();
  readonly #decisions = new DecisionCounter();
  readonly #lineage = new LineageCapture();
  #progress: ProgressMessage = { resolutions: [], decisions: [] };

  constructor(state: WorkflowState) {
    this.#state = state;
  }

  /**
   * Takes the metadata that came with the start, before a signal's handler or the workflow can schedule
   * anything.
   */
  begin({ headers, memo }: StartJob): void {
    const info = workflowInfo();
    const header = readHeader(headers);
    this.#ancestry = executionAncestry(info, header?.caller);
    const context = header ?? { v: 1, ...memoContext(info.memo?.[MEMO_NAME], memo?.fields?.[MEMO_NAME]) };
    receiveContext(this.#state, context, header !== undefined);
  }

  /**
   * Notes whether the activation contains only queries. Queries come in activations of their own, and their
   * handlers run only there.
   */
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

  /** Starts counting headers from zero when a new workflow task has begun. */
  beginTask(historyLength: number): void {
    if (historyLength === this.#historyLength) return;
    this.#historyLength = historyLength;
    this.#state.task_header_bytes = 0;
  }

  /** Wraps the results of these jobs, so that they are known when the workflow gets them. */
  watchResults(jobs: Jobs): void {
    this.#lineage.watch(jobs);
  }

  /** Reads an activation's jobs, also during replay: the numbers must continue. */
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
    const trouble = this.#lineage.trouble();
    if (trouble) progress.trouble = trouble;
    if (progress.resolutions.length === 0 && progress.decisions.length === 0 && !trouble) return;
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

  /** Called when the workflow starts with these arguments. */
  starts({ args, headers }: Arriving): void {
    this.#lineage.begins(workflowInfo());
    this.arrives({ args, headers });
  }

  /** Called when arguments arrive: of the workflow, a signal, or an update. */
  arrives({ args, headers }: Arriving): void {
    this.#lineage.arrived(args, headers, workflowInfo().runId);
  }

  /** Called when the execution, or an update, returns. */
  returns(value: unknown, update_id?: string): void {
    if (!workflowInfo().unsafe.isReplaying) this.#lineage.returns(this.#inputs(), value, update_id);
  }

  forActivity(input: ActivityInput): Headers {
    return this.#activityHeaders(input, false);
  }

  forLocalActivity({ seq, args, headers }: Omit<ActivityInput, 'activityType' | 'options'>): Headers {
    return this.#activityHeaders({ seq, args, headers, options: {} }, true);
  }

  forChild({
    headers,
    options: { args = [] },
  }: {
    headers: Headers;
    options: { args?: unknown[] };
  }): Headers {
    const header = this.#lineage.toStart(this.#inputs(), currentScope(this.#state), args, false);
    return withHeader(headers, header);
  }

  forContinuedRun({ headers, args }: Arriving): Headers {
    return withHeader(headers, this.#lineage.toStart(this.#inputs(), NO_SCOPE, args, true));
  }

  forSignal({ headers, args }: Arriving): Headers {
    return withHeader(headers, this.#lineage.toSignal(this.#inputs(), args));
  }

  forNexus(headers: Record<string, string>): Record<string, string> {
    const text = nexusHeader(this.#inputs(), currentScope(this.#state));
    return text ? { ...headers, [HEADER_NAME]: text } : headers;
  }

  #activityHeaders(input: Omit<ActivityInput, 'activityType'>, local: boolean): Headers {
    const header = this.#lineage.toActivity(this.#inputs(), currentScope(this.#state), input, local);
    return withHeader(input.headers, header);
  }

  #inputs(): LineageInputs {
    const info = workflowInfo();
    return {
      state: this.#state,
      info,
      ancestry: this.#ancestry,
      send: (message: ContextMessage) => this.#sink.context(bounded(JSON.stringify(message))),
      sendOrigins: (message: OriginsMessage) => {
        if (!info.unsafe.isReplaying) this.#sink.origins(bounded(JSON.stringify(message)));
      },
    };
  }
}

function withHeader(headers: Headers, header: Payload | undefined): Headers {
  return header ? { ...headers, [HEADER_NAME]: header } : headers;
}

/** If the text is too long, leaves out what was requested: it can also be read from the history. */
function progressText(progress: ProgressMessage): string {
  const text = JSON.stringify(progress);
  if (text.length <= MAX_SINK_TEXT_LENGTH) return text;
  return bounded(JSON.stringify({ ...progress, resolutions: progress.resolutions.map(withoutSchedule) }));
}

/** Makes sure that no message is longer than a sink call may carry. */
function bounded(text: string): string {
  if (text.length <= MAX_SINK_TEXT_LENGTH) return text;
  throw new RangeError(`A message of ${text.length} characters is too long to be sent`);
}
