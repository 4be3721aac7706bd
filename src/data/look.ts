/**
 * The result of one look at a piece of data, as the data thread reports it. Node only.
 * @module
 */
import type { DataMember } from '../model/data';

/** What is to be examined. */
export interface LookTarget {
  /** `file://host/path`. */
  uri: string;
  /** The path as a pattern. It is tried if there is no such file. */
  pattern?: string;
  /** The URIs of a list's members, which are examined instead of the URI. */
  list?: readonly string[];
  /**
   * Name of the shared root that contains the data. Its signatures name this root instead of a host or device.
   */
  share?: string;
}

/**
 * The state of the data. `unreadable`: an error, or no answer in time. `crowded`: too many others were waiting.
 */
export type LookState = 'absent' | 'file' | 'directory' | 'collection' | 'special' | 'unreadable' | 'crowded';

/** The result of a look. Times are UNIX milliseconds, sizes are bytes. */
export interface Look {
  state: LookState;
  /** When the look happened. */
  taken_ms: number;
  /** Absent if nothing is there, if it is neither file nor folder, or if a folder was not walked to its end. */
  signature?: string;
  size_bytes?: number;
  /** Last change of content or of its attributes (ctime). For a folder: the last change of anything in it. */
  changed_ms?: number;
  /** When the file was created, if the file system records it. */
  born_ms?: number;
  /** True on a network file system, whose times are another machine's. */
  network?: true;
  /** The first ones, by name. */
  members?: DataMember[];
  member_count?: number;
  /** True if a folder has more than was walked. */
  cut?: true;
}

/** True if something is there that a signature or a digest can identify. */
export function isThere({ state }: Look): boolean {
  return state === 'file' || state === 'directory' || state === 'collection';
}
