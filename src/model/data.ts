/**
 * What runs used and generated, as facts: documents that are final once written, from which a store derives its links. [isolate-safe]
 * @module
 */
import type { Evidence } from './link';

/** What a name of data stands for. `remote`: a URI that capture does not look at. */
export type DataType = 'file' | 'directory' | 'collection' | 'remote';

/** How a run is related to a piece of data; `mentioned`: its result names it, and nothing says that the run made it. */
export type DataDirection = 'used' | 'generated' | 'mentioned';

/** Why the content of a version is not known by a digest. */
export type DigestMissing =
  | 'pending'
  | 'too_large'
  | 'gone'
  | 'changed_meanwhile'
  | 'not_digested_before_it_changed'
  | 'remote'
  | 'budget'
  | 'unreadable'
  | 'special_file'
  | 'withheld';

/** One member of a directory or collection. */
export interface DataMember {
  /** Path below the directory, or URI. */
  name: string;
  /** Absent where it has none, as in {@link DataItem.signature}. */
  signature?: string;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
}

/** One piece of data as a run met it. */
export interface DataItem {
  /** Physical URI: `file://host/path`, or the URI as it was given, credentials masked. */
  uri: string;
  /** Site-independent name, where `data.roots` maps the folder. */
  site_name?: string;
  type: DataType;
  direction: DataDirection;
  /** Why the run is known to have used or generated it: `uri` where its name stands among the values, `observed`, `declared`. */
  evidence: Extract<Evidence, 'uri' | 'observed' | 'declared'>;
  /** host or share, device, inode, size, mtime_ns and ctime_ns as one text; absent for what can't be looked at. Equal signatures under one URI are one version. */
  signature?: string;
  /** Hex; absent until a {@link DigestDocument} tells it. */
  sha256?: string;
  /** Why `sha256` is absent. */
  missing?: DigestMissing;
  size_bytes?: number;
  media_type?: string;
  /** When it was met (UNIX seconds): at the run's start for what it used, at its end for what it generated. */
  time: number;
  /** JSON paths at which its name stands: `args[0].path`, `result.files[3]`. */
  paths?: string[];
  /** Of a directory or collection: the first ones. */
  members?: DataMember[];
  /** How many members there are in all. */
  member_count?: number;
}

/** What one run used and generated. One per run; written at its end. */
export interface DataDocument {
  schema_version: number;
  /** uid of the run. */
  run_start: string;
  time: number;
  /** `unknown`: nothing was found, or something could not be looked at; never dressed as `none`. */
  inputs: 'known' | 'none' | 'unknown';
  /** Why inputs are `unknown`, and what was cut: words with underscores. */
  reasons?: string[];
  items: DataItem[];
  /**
   * Strings of arguments and results that mean something, where no sandbox module says what flows: digest (16 bytes of SHA-256 as hex,
   * `hmac:` before a keyed one) and path of each. What the execution itself was given is left out. The first of each, ≤ 64 a side.
   */
  values?: { args: [digest: string, path: string][]; result: [digest: string, path: string][] };
}

/** The content of a version, known after its run ended. One per URI, signature and `sha256`: one that has none may be followed by one that has. */
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

/** A part of a value and where it comes from. */
export interface Origin {
  /** Path in the value that is described: `result.files[3]`, `args[0].path`. */
  path: string;
  /** Execution and activity that produced it. */
  run_id: string;
  activity_id: string;
  /** Path in what that activity returned. */
  from: string;
  evidence: Extract<Evidence, 'identity' | 'value' | 'value-ambiguous'>;
}

/**
 * Origins of a value that left the sandbox. `result`: what the execution returned, `update`: what an update returned; `activity`: paths of the
 * arguments of an activity whose header was full. One per execution, `of` and `id`; the first stands.
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
  /** Parts were left out: too many, or too deep. */
  partial?: true;
}
