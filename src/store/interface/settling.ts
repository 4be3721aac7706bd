/**
 * Unsettled records, and reports that came after a final state. Node only.
 * @module
 */
import type {
  ExecutionAddress,
  Outcome,
  RecordedError,
  SettledDocument,
  StopDocument,
} from '../../model/documents';
import type { ExecutionClose } from '../../model/execution';

/** How an activity ended, as its workflow saw it. */
export type SeenOutcome = Extract<Outcome, 'completed' | 'failed' | 'timed_out' | 'canceled'>;

/** An activity that a workflow scheduled and that has no recorded run. */
export interface AskedActivity extends ExecutionAddress {
  workflow_type: string;
  /** The lab of the worker that ran the workflow. */
  lab: string;
  activity_id: string;
  activity_type: string;
  task_queue: string;
  /** UNIX seconds. */
  scheduled_time: number;
  /** When the workflow saw its end, UNIX seconds. */
  time: number;
  outcome: SeenOutcome;
  error?: RecordedError;
}

/** A report that came too late to change a final state. */
export type LateReport =
  | { kind: 'stop'; document: StopDocument }
  | { kind: 'settled'; document: SettledDocument }
  | { kind: 'execution-close'; document: ExecutionClose };

/** The facts of a run that settlement needs. */
export interface KnownRun {
  uid: string;
  time: number;
  activity_id: string;
  attempt: number;
  is_local: boolean;
  /** When the server (or, for a local activity, its worker) scheduled the attempt. */
  scheduled_time: number;
  /** True if the run has its outcome. It is listed because it helps to settle the other runs. */
  settled: boolean;
  /** For a settled run, this is read only if it is a local activity. */
  worker_identity?: string;
  /** The end that the worker observed. Absent if the worker died before the end. */
  observed?: 'success' | 'fail' | 'abort';
}

/** A standalone activity with something to settle. */
export interface UnsettledActivity {
  namespace: string;
  activity_id: string;
  activity_run_id: string;
  /** All its runs, as in {@link UnsettledExecution}. */
  runs: KnownRun[];
}

/** An execution with something to settle. */
export interface UnsettledExecution extends ExecutionAddress {
  /** True if its opening facts are recorded. */
  has_start: boolean;
  /** True if the server's report of its end is recorded. */
  closed: boolean;
  /** Its end as the sandbox saw it. */
  observed?: ExecutionClose;
  /** All its runs. Settled ones help to settle the others. */
  runs: KnownRun[];
  /** Activities whose end the workflow saw before `opened_before`. `recorded`: a run of it exists by now. */
  asked: (AskedActivity & { recorded: boolean })[];
}
