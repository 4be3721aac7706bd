/**
 * What runs used and generated, as facts. The documents are final once written; a store derives its links from
 * them. [isolate-safe]
 * @module
 */
import type { Evidence } from './link';

/** The type of a piece of data. `remote`: a URI that capture does not examine. */
export type DataType = 'file' | 'directory' | 'collection' | 'remote';

/**
 * The relation of a run to a piece of data. `mentioned`: its result names it, but nothing shows that the run
 * generated it.
 */
export type DataDirection = 'used' | 'generated' | 'mentioned';

/** Why a version has no content digest. */
export type DigestMissing =
  | 'pending'
  | 'too_large'
  | 'gone'
  | 'changed_meanwhile'
  | 'not_digested_before_it_changed'
  | 'remote'
  | 'budget'
  | 'unreadable'
  | 'special_file';

/** One member of a directory or collection. */
export interface DataMember {
  /** Path below the directory, or URI. */
  name: string;
  /** Absent for the reasons of {@link DataItem.signature}. */
  signature?: string;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
}

/** One piece of data in a run. */
export interface DataItem {
  /** Physical URI: `file://host/path`, or the URI as it was given, with credentials masked. */
  uri: string;
  /** Site-independent name, if `data.roots` maps the folder. */
  site_name?: string;
  type: DataType;
  direction: DataDirection;
  /** How the use or generation is known: `uri` if its name is among the values, `observed`, `declared`. */
  evidence: Extract<Evidence, 'uri' | 'observed' | 'declared'>;
  /**
   * Host or share, device, inode, size, mtime_ns and ctime_ns as one text. Absent for what cannot be examined.
   * Equal signatures under one URI are one version.
   */
  signature?: string;
  /** Hex. Absent until a {@link DigestDocument} supplies it. */
  sha256?: string;
  /** Why `sha256` is absent. */
  missing?: DigestMissing;
  size_bytes?: number;
  media_type?: string;
  /**
   * When it was examined (UNIX seconds): at the run's start for what it used, at its end for what it generated.
   */
  time: number;
  /** JSON paths of its name: `args[0].path`, `result.files[3]`. */
  paths?: string[];
  /** The first members of a directory or collection. */
  members?: DataMember[];
  /** The number of all members. */
  member_count?: number;
}

/** What one run used and generated. One document per run, written at its end. */
export interface DataDocument {
  schema_version: number;
  /** uid of the run. */
  run_start: string;
  time: number;
  /** `unknown`: nothing was found, or something could not be examined. Never reported as `none`. */
  inputs: 'known' | 'none' | 'unknown';
  /** Why inputs are `unknown`, and what was cut: words with underscores. */
  reasons?: string[];
  items: DataItem[];
  /**
   * Meaningful strings of arguments and results, recorded if no sandbox module reports the data flow. For each:
   * digest (16 bytes of SHA-256 as hex, `hmac:` before a keyed one) and path. Strings that the execution itself
   * received are left out. The first occurrence of each, ≤ 64 a side.
   */
  values?: { args: [digest: string, path: string][]; result: [digest: string, path: string][] };
}

/**
 * The content of a version, known after its run ended. One per URI, signature and `sha256`. A document without
 * a digest may be followed by one with a digest.
 */
export interface DigestDocument {
  schema_version: number;
  uri: string;
  signature: string;
  time: number;
  /** Hex. */
  sha256?: string;
  missing?: DigestMissing;
  size_bytes?: number;
  media_type?: string;
  members?: DataMember[];
  member_count?: number;
}

/** A part of a value, and its origin. */
export interface Origin {
  /** Path in the described value: `result.files[3]`, `args[0].path`. */
  path: string;
  /** Execution and activity that produced it. */
  run_id: string;
  activity_id: string;
  /** Path in what that activity returned. */
  from: string;
  evidence: Extract<Evidence, 'identity' | 'value' | 'value-ambiguous'>;
}

/**
 * Origins of a value that left the sandbox. `result`: what the execution returned, `update`: what an update
 * returned; `activity`: paths of the arguments of an activity whose header was full. One per execution, `of`
 * and `id`; the first is kept.
 */
export interface OriginsDocument {
  schema_version: number;
  /** Temporal's run id. */
  run_id: string;
  of: 'result' | 'update' | 'activity';
  /** Update id or activity id; '' for the result. */
  id: string;
  time: number;
  origins: Origin[];
  /** True if parts were left out, because there were too many or they were too deep. */
  partial?: true;
}
