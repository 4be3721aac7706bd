/**
 * Decisions from outside a workflow: signals, updates, cancellations, terminations and resets. [isolate-safe]
 * @module
 */
import type { ExecutionAddress } from './documents';

/** The kind of a decision from outside. */
export type DecisionKind = 'signal' | 'update' | 'cancel' | 'terminate' | 'reset';

/** One decision on an execution from outside. Identity of the record: (run id, kind, ordinal). */
export interface Decision extends ExecutionAddress {
  kind: DecisionKind;
  /**
   * Counts decisions of this kind within the execution, from 1, in the order in which the workflow saw them.
   */
  ordinal: number;
  /** Name of the signal or update; absent for the others. */
  name?: string;
  /** UNIX seconds. */
  time: number;
  /**
   * Digest of the arguments' JSON text (`sha256:…`, or `hmac-sha256:…` if the lab encrypts); absent without
   * arguments.
   */
  args_digest?: string;
  /**
   * The client's own name for itself. For cancellations, terminations and resets, only the history shows it.
   */
  identity?: string;
  /** Reason given with a cancellation, termination or reset. */
  reason?: string;
  /** The source: the workflow's sandbox, or a history that was read later. */
  origin: 'sandbox' | 'history';
}
