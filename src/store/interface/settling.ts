/**
 * What a store tells of what is still to settle, and of what came after the final word. Node only.
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

/** What a workflow knows of an activity that it asked for, and nobody recorded a run of. */
export interface AskedActivity extends ExecutionAddress {
  workflow_type: string;
  /** Of the worker that ran the workflow. */
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

/** A report that came too late to change what is final. */
export type LateReport =
  | { kind: 'stop'; document: StopDocument }
  | { kind: 'settled'; document: SettledDocument }
  | { kind: 'execution-close'; document: ExecutionClose };

/** What has to be known of a run to settle it. */
export interface KnownRun {
  uid: string;
  time: number;
  activity_id: string;
  attempt: number;
  is_local: boolean;
  /** When the server (or, for a local activity, its worker) scheduled the attempt. */
  scheduled_time: number;
  /** It has its outcome, and is here to tell of the others. */
  settled: boolean;
  /** Of a settled run it is read for a local activity alone. */
  worker_identity?: string;
  /** Observed by the worker, when it lived to see it. */
  observed?: 'success' | 'fail' | 'abort';
}

/** A standalone activity that has something to settle. */
export interface UnsettledActivity {
  namespace: string;
  activity_id: string;
  activity_run_id: string;
  /** All of them, as in {@link UnsettledExecution}. */
  runs: KnownRun[];
}

/** An execution that has something to settle. */
export interface UnsettledExecution extends ExecutionAddress {
  /** Its opening facts are there. */
  has_start: boolean;
  /** The server's word on its end is there. */
  closed: boolean;
  /** What the sandbox saw of its end. */
  observed?: ExecutionClose;
  /** All of them: one that is settled tells of the others. */
  runs: KnownRun[];
  /** Activities that the workflow saw the end of before `opened_before`. `recorded`: a run of it is there by now. */
  asked: (AskedActivity & { recorded: boolean })[];
}
