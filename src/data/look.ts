/**
 * What one look at a piece of data found, as the thread that looks tells it. Node only.
 * @module
 */
import type { DataMember } from '../model/data';

/** What is to be looked at. */
export interface LookTarget {
  /** `file://host/path`. */
  uri: string;
  /** The path as a pattern, tried where there is no such file. */
  pattern?: string;
  /** Members of a list, by their URIs: looked at in place of the URI. */
  list?: readonly string[];
  /** Name of the shared root that it lies in: its signatures name this, and no host or device. */
  share?: string;
}

/** What is there. `unreadable`: a fault, or no answer in time. `crowded`: too much waited to be looked at. */
export type LookState = 'absent' | 'file' | 'directory' | 'collection' | 'special' | 'unreadable' | 'crowded';

/** What a look found. Instants are UNIX milliseconds, sizes bytes. */
export interface Look {
  state: LookState;
  /** When it was taken. */
  taken_ms: number;
  /** Absent where nothing is there, for what is no file or folder, and for one that could not be walked to its end. */
  signature?: string;
  size_bytes?: number;
  /** Last change of content or of what is known about it (ctime): of all that is in it, for a folder. */
  changed_ms?: number;
  /** When the file was made, where the file system knows. */
  born_ms?: number;
  /** On a network file system: instants are another machine's. */
  network?: true;
  /** The first ones, by name. */
  members?: DataMember[];
  member_count?: number;
  /** A folder has more than was walked. */
  cut?: true;
}

/** Whether anything is there that can be named by a signature or a digest. */
export function isThere({ state }: Look): boolean {
  return state === 'file' || state === 'directory' || state === 'collection';
}
