/**
 * What a comparison of two runs, executions or environments says, field by field. Which of the differences explain others is no part of
 * it. Node only.
 * @module
 */
import type { SourceName } from '../../model/documents';
import type { Json } from '../../model/json';

/** How one field is on the two sides. `unknown`: one side is not known, so nothing is said. */
export type DiffHow = 'equal' | 'different' | 'only_a' | 'only_b' | 'unknown';

/** One field on one side. */
export interface DiffSide {
  /** As recorded; of a long one the beginning of its JSON, with `size_bytes`. Absent: see `missing`. */
  value?: Json;
  /** Length of the JSON of a value that is cut here, in bytes. */
  size_bytes?: number;
  /** Where a metadata field came from. */
  source?: SourceName;
  /** Content of the data that the value names, hex: that is what is compared. */
  sha256?: string;
  /** Why there is no value: `not there`, or why it is not known. */
  missing?: string;
  /** What the value stands for: uid of a run. */
  run?: string;
}

/** One field on both sides. */
export interface DiffRow {
  name: string;
  how: DiffHow;
  a: DiffSide;
  b: DiffSide;
  /** By what it was compared, where that is not its text; or why it could not be. */
  remark?: string;
}

/** How many fields are how. */
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
  /** Those that are not equal; the first ones of very many: `counts` has all. */
  rows: DiffRow[];
  /** Those that are, as far as they have room. */
  equal: DiffRow[];
  /** Sentences that belong beside it. */
  remarks: string[];
}

/** One of the two that are compared. */
export interface DiffSubject {
  of: 'run' | 'execution' | 'environment';
  /** uid of the run, Temporal's run id of the execution, or id of the environment. */
  id: string;
  /** Type of the activity or workflow; of an environment the beginning of its id. */
  label: string;
  scan_id?: number;
  status?: string;
  /** When it opened, began or was captured, UNIX seconds. */
  time: number;
  /** Time of a run's code, in milliseconds. */
  took_ms?: number;
}

/** Two of a kind, side by side. */
export interface Diff {
  a: DiffSubject;
  b: DiffSubject;
  /** Of all parts but circumstances (when, where, how long), which differ between any two. */
  counts: DiffCounts;
  parts: DiffPart[];
}
