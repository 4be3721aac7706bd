/**
 * The types that interceptors pass to the recorder, and its answers. Node only.
 * @module
 */
import type { MetadataIssue, Predecessor, StopDocument, TemporalStart } from '../../model/documents';
import type { JsonObject } from '../../model/json';

/** A run that is about to open. All of it is redacted, except the metadata layers. */
export interface RunDraft {
  uid: string;
  /** UNIX seconds. */
  time: number;
  lab: string;
  /** True if it takes a scan id. */
  numbered: boolean;
  /** True if it shares the first attempt's scan id. */
  share_scan_id: boolean;
  /** Run id of the root of the execution tree, if all runs of that tree share one scan id. */
  scan_root?: string;
  /** Metadata by source. The recorder adds the stash. */
  layers: { user?: JsonObject; plan?: JsonObject; inferred: JsonObject };
  /** Issues found earlier (client, sandbox). They refuse the run. */
  issues: MetadataIssue[];
  /** Why sent metadata could not be read. The run then opens without being judged, and records this. */
  incomplete?: string;
  /** `execution`: the stash that the execution's first run used. */
  stash_at: 'run' | 'execution';
  temporal: TemporalStart;
  /** Values that are already masked in it, counted by rule. */
  redactions?: { [rule: string]: number };
  predecessors?: Predecessor[];
  /** True if it received more than `predecessors` lists. */
  predecessors_partial?: true;
  /** uid of the previous attempt's run, if known here. */
  retry_of?: string;
  session_id?: string;
  /** Environment id. */
  environment?: string;
  /** Code id. */
  code?: string;
}

/** The end of a run as its worker saw it, redacted. */
export interface StopDraft extends Omit<StopDocument, 'schema_version' | 'uid' | 'run_start'> {
  /** uid of the run. */
  uid: string;
}

/**
 * The answer to an opening. `committed`: it is in the store. `pending`: not yet; it is in the spool, or still on its way because
 * the time was over. `lost`: it could not be kept, and is counted. `blocked`: the store is unavailable, and the lab lets no code
 * run then.
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

/** The treatment of a run that a rule refuses. */
export type OnRefusal = 'fail' | 'wait' | 'record';

/** Returns scan ids instead of the lab's counter. It receives the metadata as it will be recorded. */
export type ScanIdSource = (metadata: JsonObject) => number | Promise<number>;
