/**
 * The stash of a lab, its changes and their history. Node only.
 * @module
 */
import type { Json, JsonObject } from '../../model/json';

/** A lab's stash at one version. `version` rises with every change, but not when the scan-id counter moves. */
export interface StashSnapshot {
  lab: string;
  version: number;
  /** All values except `scan_id`. */
  values: JsonObject;
  /** The lab's counter: the last scan id that was given; 0 before the first. */
  scan_id: number;
}

/** One change of a stash. All changes of a call are one transaction. */
export type StashChange =
  | { op: 'set'; key: string; value: Json }
  | { op: 'unset'; key: string }
  | { op: 'clear'; keep_scan_id: boolean }
  /** Sets the key only if the lab's stash history never contained it (the plugin's `stash` option). */
  | { op: 'init'; key: string; value: Json };

/** The author of a change of a stash. */
export interface Author {
  name: string;
  host: string;
  pid: number;
}

/** Selects changes of a stash. */
export interface StashHistoryQuery {
  /** Only changes of this key, and changes that clear all keys. */
  key?: string;
  /** The highest number of changes. Absent: all. */
  limit?: number;
  /** Only changes before this version. */
  before_version?: number;
  /** Only changes at or before this time (UNIX seconds). */
  until?: number;
}

/** A change of a stash in its history. */
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
