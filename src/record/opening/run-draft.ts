/**
 * What interceptors hand to the recorder, and what they get back. Node only.
 * @module
 */
import type { MetadataIssue, Predecessor, StopDocument, TemporalStart } from '../../model/documents';
import type { JsonObject } from '../../model/json';

/** A run about to open. Everything in it is redacted already, except the metadata layers. */
export interface RunDraft {
  uid: string;
  /** UNIX seconds. */
  time: number;
  lab: string;
  /** Takes a scan id. */
  numbered: boolean;
  /** Shares the first attempt's scan id. */
  share_scan_id: boolean;
  /** Run id of the root of its execution's tree, whose runs share one scan id; absent where they don't. */
  scan_root?: string;
  /** Metadata by source; the recorder adds the stash. */
  layers: { user?: JsonObject; plan?: JsonObject; inferred: JsonObject };
  /** Faults that were found on the way here (client, sandbox): they refuse the run. */
  issues: MetadataIssue[];
  /** Why metadata that was sent could not be had: the run opens without being judged, and says so. */
  incomplete?: string;
  /** `execution`: the stash that the execution's first run saw. */
  stash_at: 'run' | 'execution';
  temporal: TemporalStart;
  /** What was masked in it already, by rule. */
  redactions?: { [rule: string]: number };
  predecessors?: Predecessor[];
  /** More was passed to it than `predecessors` says. */
  predecessors_partial?: true;
  /** uid of the previous attempt's run, when it is known here. */
  retry_of?: string;
  session_id?: string;
  /** Environment id. */
  environment?: string;
  /** Code id. */
  code?: string;
}

/** What a worker saw at the end of a run. Redacted already. */
export interface StopDraft extends Omit<StopDocument, 'schema_version' | 'uid' | 'run_start'> {
  /** The run's. */
  uid: string;
}

/**
 * Answer to an opening. `committed`: in the store. `pending`: not there yet; it waits in the spool, or is still on its way
 * because the time was over. `lost`: it could not be kept, and is counted. `blocked`: the store takes nothing, and the lab
 * wants no code to run then.
 */
export type Opening =
  | {
      kind: 'open';
      uid: string;
      scan_id?: number;
      metadata: JsonObject;
      state: 'committed' | 'pending' | 'lost';
    }
  | { kind: 'refused'; mode: 'fail' | 'wait'; issues: MetadataIssue[] }
  | { kind: 'blocked' };

/** What happens to a run that a rule refuses. */
export type OnRefusal = 'fail' | 'wait' | 'record';

/** Gives scan ids in place of the lab's counter; sees the metadata as it will be recorded. */
export type ScanIdSource = (metadata: JsonObject) => number | Promise<number>;
