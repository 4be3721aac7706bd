/**
 * The answer to a comparison of two runs, executions or environments, field by field. It does not explain which
 * differences cause others. Node only.
 * @module
 */
import type { SourceName } from '../../model/documents';
import type { Json } from '../../model/json';

/** The result for one field. `unknown`: one side is not known, so the two cannot be compared. */
export type DiffHow = 'equal' | 'different' | 'only_a' | 'only_b' | 'unknown';

/** One field on one side. */
export interface DiffSide {
  /**
   * The value as recorded. Of a long one the beginning of its JSON, with `size_bytes`. If absent, see
   * `missing`.
   */
  value?: Json;
  /** Length of the JSON of a value that is cut here, in bytes. */
  size_bytes?: number;
  /** The source of a metadata field. */
  source?: SourceName;
  /** Content of the data that the value names, hex. This is what is compared. */
  sha256?: string;
  /** Why there is no value: `not there`, or why it is not known. */
  missing?: string;
  /** The uid of the run to which the value refers. */
  run?: string;
}

/** One field on both sides. */
export interface DiffRow {
  name: string;
  how: DiffHow;
  a: DiffSide;
  b: DiffSide;
  /** What was compared instead of the text, or why it could not be compared. */
  remark?: string;
}

/** The number of fields with each result. */
export type DiffCounts = { [how in DiffHow]: number };

/** Names of parts, in the order in which they are shown. */
export type DiffPartName =
  | 'state'
  | 'activities'
  | 'code'
  | 'changes'
  | 'packages'
  | 'arguments'
  | 'used'
  | 'metadata'
  | 'result'
  | 'generated'
  | 'circumstances';

/** Fields that belong together. */
export interface DiffPart {
  name: DiffPartName;
  counts: DiffCounts;
  /** Rows that are not equal. If there are very many, the first ones; `counts` covers all. */
  rows: DiffRow[];
  /** Rows that are equal, up to a limit. */
  equal: DiffRow[];
  /** Remarks about this part. */
  remarks: string[];
}

/** One of the two subjects that are compared. */
export interface DiffSubject {
  of: 'run' | 'execution' | 'environment';
  /** uid of the run, Temporal's run id of the execution, or id of the environment. */
  id: string;
  /** Type of the activity or workflow; for an environment the beginning of its id. */
  label: string;
  scan_id?: number;
  status?: string;
  /** When it opened, began or was captured, UNIX seconds. */
  time: number;
  /** Duration of a run's code, in milliseconds. */
  took_ms?: number;
}

/** The comparison of two subjects of the same kind. */
export interface Diff {
  a: DiffSubject;
  b: DiffSubject;
  /** Counts over all parts except circumstances (when, where, how long), which always differ. */
  counts: DiffCounts;
  parts: DiffPart[];
}
