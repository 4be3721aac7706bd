/**
 * Why a workflow went the way it went: signals, updates, cancellations, terminations and resets. [isolate-safe]
 * @module
 */
import type { ExecutionAddress } from './documents';

/** What was decided from outside. */
export type DecisionKind = 'signal' | 'update' | 'cancel' | 'terminate' | 'reset';

/** One outside decision on an execution. Identity of the record: (run id, kind, ordinal). */
export interface Decision extends ExecutionAddress {
  kind: DecisionKind;
  /** Counts decisions of this kind within the execution, from 1, in the order the workflow saw them. */
  ordinal: number;
  /** Name of the signal or update; absent for the others. */
  name?: string;
  time: number;
  /** Digest of the arguments' JSON text (`sha256:…`, or `hmac-sha256:…` where the lab encrypts); absent without arguments. */
  args_digest?: string;
  /** Who, as the client called itself; of cancellations, terminations and resets only history tells. */
  identity?: string;
  /** Reason given with a cancellation, termination or reset. */
  reason?: string;
  origin: 'sandbox' | 'history';
}
