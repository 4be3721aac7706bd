/**
 * Receives the sandbox's messages: remembers them for the activities of this process, and passes them to the
 * recorder. A workflow task awaits its sink calls, and a replay may repeat them. Therefore each call returns at
 * once and each record has a key. Node only.
 *
 * This folder owns what receives the sandbox's messages on the worker's side. The worker registers its sinks.
 * @module
 */
import type { InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { MetadataIssue } from '../../src/model/documents';
import type { ExecutionClose, ExecutionStart } from '../../src/model/execution';
import type { Json, JsonObject } from '../../src/model/json';
import { REFUSAL_TYPE } from '../../src/model/not-run';
import type { Recorder } from '../../src/record/recorder';
import type { Redactor } from '../../src/redaction/redactor';
import type { AskedActivity } from '../../src/store/interface/settling';
import { RecentMap } from '../../src/store/recent-map';
import { joinContexts } from '../../src/temporal/contexts';
import { contextKey, type MetadataContext } from '../../src/temporal/header';
import { maskedFields, type ValueRecorder } from '../../src/values/policy';
import type { DataFlowCapture } from '../activity/data-flow';
import { type Executions, knownExecution } from '../activity/executions';
import { lose } from '../loss';
import type { Resolution } from '../workflow/resolutions';
import {
  type ContextMessage,
  type ProgressMessage,
  type ProvenanceSinks,
  SINK_NAME,
} from '../workflow/sinks';
import { receiveOrigins } from './origins';

/** The most open executions that are remembered as reported from here. */
const MAX_REPORTED = 200_000;

interface SinkTargets {
  recorder: Recorder;
  executions: Executions;
  values: ValueRecorder;
  lab: string;
  /** Decides which activities leave runs. */
  decide: (activityType: string) => { record: boolean };
  /** Masks what is not a payload: metadata, search attributes. */
  redactor: Redactor;
  /** Counts by which means values are followed. */
  flow: Pick<DataFlowCapture, 'sandboxLacks'>;
  /** Other parts that remember executions. */
  memories: readonly ExecutionMemory[];
}

/** A part that remembers executions while they are open. */
export interface ExecutionMemory {
  /** Called when the execution has closed, so that its memory can be freed. */
  forget(run_id: string): void;
}

/** Creates the sinks of a worker. */
export function workerSinks(targets: SinkTargets): InjectedSinks<ProvenanceSinks> {
  const reported = new RecentMap<true>(MAX_REPORTED);
  return {
    [SINK_NAME]: {
      execution: {
        callDuringReplay: true,
        fn: (info, text) =>
          safely(targets.recorder, () => {
            if (reported.has(info.runId) && targets.executions.get(info.runId)) return;
            const start = recordedStart(JSON.parse(text) as ExecutionStart, targets);
            targets.executions.remember(start.run_id, knownExecution(start), text.length);
            if (!reported.has(start.run_id)) targets.recorder.execution(start);
            reported.set(start.run_id, true, 1);
          }),
      },
      context: {
        callDuringReplay: true,
        fn: (_info, text) => safely(targets.recorder, () => receiveContext(targets, text)),
      },
      progress: {
        callDuringReplay: false,
        fn: (info, text) => safely(targets.recorder, () => receiveProgress(targets, info, text)),
      },
      origins: {
        callDuringReplay: false,
        fn: (_info, text) => safely(targets.recorder, () => receiveOrigins(targets, text)),
      },
      close: {
        callDuringReplay: false,
        fn: ({ runId }, text) => {
          safely(targets.recorder, () => {
            const close = recordedClose(JSON.parse(text) as ExecutionClose, targets.values);
            targets.recorder.executionClose(close);
          });
          safely(targets.recorder, () => {
            reported.delete(runId);
            targets.executions.forget(runId);
            for (const memory of targets.memories) memory.forget(runId);
          });
        },
      },
    },
  };
}

function receiveProgress(targets: SinkTargets, info: WorkflowInfo, text: string): void {
  const { recorder, values, redactor, flow } = targets;
  const { namespace, workflowId: workflow_id, runId: run_id } = info;
  const { resolutions, decisions, trouble } = JSON.parse(text) as ProgressMessage;
  if (trouble) flow.sandboxLacks(trouble);
  for (const resolution of resolutions) {
    const [activity_id, outcome, time, worker_identity] = resolution;
    const scheduled = unrecordedActivity(targets, info, resolution);
    recorder.record({
      kind: 'resolution',
      run_id,
      activity_id,
      time,
      outcome,
      ...(worker_identity && { worker_identity }),
      ...(scheduled && { asked: scheduled }),
    });
  }
  for (const { args, reason, ...seen } of decisions) {
    const args_digest = args && values.digest(args);
    const decision = {
      namespace,
      workflow_id,
      run_id,
      ...seen,
      ...(args_digest && { args_digest }),
      ...(reason && { reason: redactor.text(reason).text }),
      origin: 'sandbox' as const,
    };
    recorder.record({ kind: 'decision', decision });
  }
}

/**
 * The facts from which the record of a run can be made if the worker's own record is missing. Returns undefined
 * for activities that leave no run by rule, or because they were refused.
 */
function unrecordedActivity(
  { decide, lab, values }: SinkTargets,
  info: WorkflowInfo,
  [activity_id, outcome, time, , scheduled]: Resolution,
): AskedActivity | undefined {
  if (!scheduled) return undefined;
  const [activity_type, task_queue, scheduled_time, type, message] = scheduled;
  if (!decide(activity_type).record || type === REFUSAL_TYPE) return undefined;
  return {
    namespace: info.namespace,
    workflow_id: info.workflowId,
    run_id: info.runId,
    workflow_type: info.workflowType,
    lab,
    activity_id,
    activity_type,
    task_queue,
    scheduled_time,
    time,
    outcome,
    ...(type && { error: values.recorded({ type, message: message ?? '' }) }),
  };
}

/** Remembers the context as it was sent. What leaves the process has no secrets. */
function receiveContext({ recorder, executions, redactor }: SinkTargets, text: string): void {
  const { run_id, n, context } = JSON.parse(text) as ContextMessage & { context: MetadataContext };
  const key = contextKey(run_id, n);
  if (executions.context(key)) return;
  // Without this, chains of runs would build chains of contexts.
  const base = context.context ? executions.context(context.context) : undefined;
  const whole = base ? joinContexts(base, context) : context;
  executions.rememberContext(key, whole, text.length);
  const document = JSON.stringify(masked(whole, redactor));
  recorder.context({ kind: 'context', run_id, n, document });
}

function masked({ user, plan, issues, ...rest }: MetadataContext, redactor: Redactor): MetadataContext {
  return {
    ...rest,
    ...(user && { user: maskedFields(user, redactor) }),
    ...(plan && { plan: maskedFields(plan, redactor) }),
    ...(issues && { issues: issues.map((issue) => maskedIssue(issue, redactor)) }),
  };
}

/** A message never contains a value. A path consists of names, and a name can be a secret. */
function maskedIssue({ path, message }: MetadataIssue, redactor: Redactor): MetadataIssue {
  return { path: path.map((part) => (typeof part === 'string' ? redactor.text(part).text : part)), message };
}

/** Search attributes are not encoded by the lab's codec: the server reads them. */
function recordedStart(start: ExecutionStart, { values, redactor }: SinkTargets): ExecutionStart {
  const { args, memo, search_attributes } = start;
  const recordedMemo = memo && mapValues(memo, (value) => values.value(value));
  return {
    ...start,
    args: args && values.values(args),
    memo: recordedMemo && maskedFields(recordedMemo, redactor),
    search_attributes: search_attributes && maskedFields(search_attributes, redactor),
  };
}

function recordedClose(close: ExecutionClose, values: ValueRecorder): ExecutionClose {
  return {
    ...close,
    close_time: Date.now() / 1000,
    result: close.result && values.values(close.result),
    error: close.error && values.recorded(close.error),
  };
}

function mapValues(object: JsonObject, map: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function safely(recorder: Recorder, part: () => void): void {
  try {
    part();
  } catch (error) {
    lose(recorder, 'sink', error);
  }
}
