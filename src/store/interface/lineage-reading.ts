/**
 * Questions about links and their answers: nodes by number (`link-nodes.ts`), and the facts of each node. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { DataType, DigestMissing } from '../../model/data';
import type { Decision } from '../../model/decision';

/** Selects the links to follow. */
export interface LinkSelection {
  /** Numbers of kinds. */
  kinds: readonly number[];
  /**
   * Bits of `model/link.ts`. A link is followed if it has one of these bits and no ambiguous twin cancels the bit. A twin listed
   * here is followed too.
   */
  evidence: number;
}

/** A walk along links from some nodes in one direction. */
export interface WalkQuery {
  from: readonly number[];
  /** `up`: to earlier nodes; `down`: to later nodes. */
  direction: 'up' | 'down';
  selection: LinkSelection;
  /** The highest number of links between a root and the last node. Absent: no limit. */
  depth?: number;
  /** Only nodes that existed at this instant (UNIX seconds). */
  as_of?: number;
  /** The highest number of links that are read per node. A node with more is a hub. @defaultValue `links_per_node` of `WALK` */
  per_node?: number;
  /** If true, the walk also returns links of reached nodes that it does not follow because of their evidence. */
  with_others?: boolean;
}

/** A link between two nodes, as it is stored. */
export interface StoredLink {
  earlier: number;
  later: number;
  kind: number;
  evidence: number;
}

/** A node with more links than are read. */
export interface Hub {
  node: number;
  /** All its links in the direction of the walk, counted up to a million. */
  links: number;
}

/** The links that a walk found. */
export interface Walk {
  links: StoredLink[];
  hubs: Hub[];
  /** True if not all links were read. */
  truncated: boolean;
}

/** The facts of a run's node. */
export interface RunFacts {
  type: 'run';
  node: number;
  seq: number;
  uid: string;
  /** When it opened, UNIX seconds. */
  time: number;
  scan_id?: number;
  lab: string;
  activity_type: string;
  activity_id: string;
  attempt: number;
  workflow_type?: string;
  workflow_id?: string;
  /** Temporal's run id of its execution. */
  run_id?: string;
  environment?: string;
  code?: string;
  exit_status?: 'success' | 'fail' | 'abort';
  /** When its worker saw it end, UNIX seconds. */
  stop_time?: number;
  outcome?: string;
  completes_async?: true;
}

/** A run that was deleted, with the facts of its tombstone. */
export interface RemovedFacts {
  type: 'gone';
  node: number;
  /** uid of the run; empty if nothing is known of it. */
  uid: string;
  /** When it opened, if known. */
  time?: number;
  removed_time?: number;
  reason?: string;
  /** True if the run exists, but belongs to a lab that the reader may not see. */
  other_lab?: true;
}

/** The facts of a version's node. */
export interface VersionFacts {
  type: 'version';
  node: number;
  id: number;
  /** Number of its name in the store. */
  name_id: number;
  artifact_id: string;
  uri: string;
  site_name?: string;
  kind: DataType;
  signature: string;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  missing?: DigestMissing;
  /** When a run first used or generated it, UNIX seconds. */
  first_time: number;
}

/** The facts of an execution's node. */
export interface ExecutionFacts {
  type: 'execution';
  node: number;
  run_id: string;
  workflow_id: string;
  workflow_type?: string;
  start_time?: number;
  parent_run_id?: string;
  /** The execution that it continues. */
  continued_from?: string;
  status?: string;
}

/** The facts of a node. */
export type NodeFacts = RunFacts | RemovedFacts | VersionFacts | ExecutionFacts;

/** The JSON paths at which the ends of a link were found. A path is absent if it is unknown. */
export interface LinkPath extends StoredLink {
  from_path?: string;
  to_path?: string;
}

/** The ways to find versions. */
export type VersionName =
  | { by: 'sha256'; sha256: string }
  /** The beginning of a digest, six hex digits or more. */
  | { by: 'sha256-part'; part: string }
  | { by: 'uri'; uri: string }
  | { by: 'site_name'; site_name: string }
  | { by: 'artifact_id'; artifact_id: string }
  /** The end of a path or URI after a `/`. This scans all names. */
  | { by: 'end'; end: string };

/** A version in a directory or collection. */
export interface MemberFacts {
  name: string;
  version: VersionFacts;
}

/** Reads of links, data and the facts of nodes. They are bounded: see `WALK` in model/limits.ts. */
export interface LineageReading {
  /** Returns the links that lead from nodes in one direction. */
  walk(query: WalkQuery): Promise<Walk>;
  /** Returns the nodes that a walk reaches, roots included, at most `limit`. The walk has one step, or no depth limit. */
  reach(query: WalkQuery, limit: number): Promise<number[]>;
  /** Returns the facts of nodes in no order. Unknown nodes are left out. */
  nodeFacts(nodes: readonly number[]): Promise<NodeFacts[]>;
  /** Returns the paths at which the ends of these links were found. */
  linkPaths(links: readonly StoredLink[]): Promise<LinkPath[]>;
  /** Finds at most `limit` versions by name or content, the most recently seen first. */
  versions(name: VersionName, limit: number): Promise<VersionFacts[]>;
  /**
   * Finds versions that pass a filter of artifacts, the most recently seen first. `before`: only versions with a number below it.
   */
  findVersions(query: { filter?: Filter; limit: number; before?: number }): Promise<VersionFacts[]>;
  /** Returns members of a version that is a directory or collection, ordered by name, at most `limit`. */
  members(version: number, limit: number): Promise<MemberFacts[]>;
  /** Returns the nodes of an execution (Temporal's run id), of all its descendants, and of their runs, at most `limit`. */
  executionNodes(run_id: string, limit: number): Promise<number[]>;
  /** Returns decisions about executions (Temporal's run ids) in order of time. Of very many, only the first are returned. */
  decisions(run_ids: readonly string[]): Promise<Decision[]>;
  /** Returns nodes of runs by uid, and of executions by Temporal's run id. */
  nodesOf(names: { uids?: readonly string[]; run_ids?: readonly string[] }): Promise<number[]>;
}
