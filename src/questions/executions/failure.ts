/**
 * What failed in an execution, with what a reader needs to understand it. Reads only what failed. Node only.
 * @module
 */
import type { MetadataIssue, RecordedError } from '../../model/documents';
import type { Environment } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import { REFUSAL_TYPE } from '../../model/not-run';
import type { LogLine } from '../../model/progress';
import type { RefusalRecord } from '../../store/interface/written';
import type { Store } from '../../store/store';
import { type RunView, runView } from '../lists/runs';
import { endOf, executionStatus, toneOf } from '../status';
import { environmentOf } from '../stories/environments';
import { isProblem } from '../stories/run-words';
import { culpritAmong } from './culprit';
import type { Family } from './rows';

/** The most failed runs among which the cause of a failure is searched. They are the last to end. */
const MANY_FAILED = 200;
const LOG_TAIL = 3;
const MAX_REFUSALS = 20;
/** The most executions of a tree whose refusals are searched. */
const MANY_EXECUTIONS = 500;

/** The run that explains the failure. */
export interface FailedRun {
  run: RunView;
  /** The child execution of the run, if it is not the execution's own. */
  child?: { run_id: string; workflow_id: string };
  /** The previous attempt of the activity, and how many there were. */
  before?: { count: number; run: RunView };
  environment?: Environment;
  worker?: { user?: string; pid: number };
  /** Runs whose results the failed run received. */
  given: { uid?: string; activity_type?: string; activity_id?: string; run_id: string }[];
  checkpoints: number;
  /** The last lines that the run logged; only warnings and errors if there are any. */
  log: LogLine[];
  logged: number;
  problems: number;
}

/** A run that the lab's rules did not let open. */
export interface RefusedRun {
  refusal_id: string;
  time: number;
  lab: string;
  activity_type?: string;
  issues: MetadataIssue[];
}

/** What failed. */
export interface Failure {
  /** True if the execution itself failed; otherwise it continued. */
  failed: boolean;
  run?: FailedRun;
  /** The execution's own error, if no run explains it. */
  error?: RecordedError;
  /** True if the workflow's own code threw the error, or if no activity was recorded before it. */
  in_workflow?: true;
  refused: RefusedRun[];
  refusals: number;
}

/** Finds what failed in an execution; undefined if nothing failed. */
export async function failureOf(
  store: Store,
  execution: ExecutionRecord,
  family: Family,
): Promise<Failure | undefined> {
  const run_ids = family.executions.slice(0, MANY_EXECUTIONS).map(({ run_id }) => run_id);
  const own = run_ids.length > 0 ? run_ids : [execution.start.run_id];
  const { refusals, total } = await store.outline.refusals(own, MAX_REFUSALS);
  const error = endOf(execution)?.error;
  const failed = toneOf(executionStatus(execution)) === 'bad';
  const runs = await store.readRuns(family.failed.slice(0, MANY_FAILED));
  const found = culpritAmong(
    runs.map((run) => ({ run })),
    error,
  );
  if (!failed && !found && total === 0) return undefined;
  const thrown = failed && !found && error && error.type !== REFUSAL_TYPE && total === 0;
  return {
    failed,
    ...(found && { run: await explained(store, execution, found.run) }),
    ...(!found && error && { error }),
    ...(thrown && { in_workflow: true as const }),
    refused: refusals.map(refusedRun),
    refusals: total,
  };
}

type Run = Awaited<ReturnType<Store['readRuns']>>[number];

async function explained(store: Store, { start }: ExecutionRecord, run: Run): Promise<FailedRun> {
  const { uid, provenance, temporal } = run.start;
  const { session: session_id, retry_of } = provenance;
  const [environment, session, log, checkpoints, before, given] = await Promise.all([
    environmentOf(store, run),
    session_id ? store.session(session_id) : null,
    store.log({ run_start: uid }),
    store.checkpoints(uid),
    retry_of ? store.resolve({ by: 'uid', uid: retry_of }) : [],
    givenTo(store, run),
  ]);
  const problems = log.filter(({ level }) => isProblem(level));
  const child = temporal.run_id !== start.run_id && temporal.run_id !== undefined;
  return {
    run: runView(run),
    ...(child && { child: { run_id: temporal.run_id!, workflow_id: temporal.workflow_id ?? '' } }),
    ...(before[0] && { before: { count: temporal.attempt - 1, run: runView(before[0]) } }),
    ...(environment && { environment }),
    ...(session && {
      worker: { pid: session.pid, ...(session.user !== undefined && { user: session.user }) },
    }),
    given,
    checkpoints: checkpoints.length,
    log: (problems.length > 0 ? problems : log).slice(-LOG_TAIL),
    logged: log.length,
    problems: problems.length,
  };
}

/** The most producers that are named. */
const MAX_GIVEN = 20;

async function givenTo(store: Store, { start }: Run): Promise<FailedRun['given']> {
  const predecessors = (start.provenance.predecessors ?? []).slice(0, MAX_GIVEN);
  return Promise.all(
    predecessors.map(async ({ uid, activity_id, run_id }) => {
      const [from] = uid ? await store.resolve({ by: 'uid', uid }) : [];
      return {
        run_id,
        ...(uid !== undefined && { uid }),
        ...(activity_id !== undefined && { activity_id }),
        ...(from && { activity_type: from.start.temporal.activity_type }),
      };
    }),
  );
}

function refusedRun({ refusal_id, time, lab, issues, document }: RefusalRecord): RefusedRun {
  const { temporal } = JSON.parse(document) as { temporal?: { activity_type?: unknown } };
  const type = temporal?.activity_type;
  return { refusal_id, time, lab, issues, ...(typeof type === 'string' && { activity_type: type }) };
}
