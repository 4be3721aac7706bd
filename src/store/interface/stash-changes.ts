/**
 * What a lab's stash is, how it changes, and what is kept of each change. Node only.
 * @module
 */
import type { Json, JsonObject } from '../../model/json';

/** A lab's stash at one version. `version` rises with every change but is not moved by the scan-id counter. */
export interface StashSnapshot {
  lab: string;
  version: number;
  /** Without `scan_id`. */
  values: JsonObject;
  /** The lab's counter: the last scan id given; 0 before the first. */
  scan_id: number;
}

/** One change of a stash; all changes of a call are one transaction. */
export type StashChange =
  | { op: 'set'; key: string; value: Json }
  | { op: 'unset'; key: string }
  | { op: 'clear'; keep_scan_id: boolean }
  /** Only if the lab's stash history has never held the key (the plugin's `stash` option). */
  | { op: 'init'; key: string; value: Json };

/** Who changes a stash. */
export interface Author {
  name: string;
  host: string;
  pid: number;
}

/** Which changes of a stash. */
export interface StashHistoryQuery {
  /** Changes of this key, and those that clear all keys. */
  key?: string;
  /** At most so many; absent: all. */
  limit?: number;
  /** Those of versions before this one. */
  before_version?: number;
  /** Those at or before this time (UNIX seconds). */
  until?: number;
}

/** One change of a stash, as history keeps it. */
export interface StashHistoryEntry {
  lab: string;
  version: number;
  time: number;
  op: StashChange['op'];
  /** Absent for `clear`. */
  key?: string;
  /** Absent for `unset` and `clear`. */
  value?: Json;
  author: Author;
}
