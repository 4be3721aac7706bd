/**
 * What is asked about links, and what is answered: nodes by their numbers (`link-nodes.ts`), and what each stands for. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { DataType, DigestMissing } from '../../model/data';
import type { Decision } from '../../model/decision';

/** Which links are followed. */
export interface LinkSelection {
  /** Numbers of kinds. */
  kinds: readonly number[];
  /** Evidence of which a link needs one bit that stands, or of an ambiguous twin that is named here: bits of `model/link.ts`. */
  evidence: number;
}

/** A walk along links, from nodes in one direction. */
export interface WalkQuery {
  from: readonly number[];
  /** `up`: to what came before; `down`: to what came after. */
  direction: 'up' | 'down';
  selection: LinkSelection;
  /** Links between a root and the last node. Absent: as far as links lead. */
  depth?: number;
  /** Only nodes that were there at this instant (UNIX seconds). */
  as_of?: number;
  /** Links of one node that are read; a node with more is a hub. @defaultValue `links_per_node` of `WALK` */
  per_node?: number;
  /** Links of the reached nodes that are not followed are answered too: their evidence is ambiguous. */
  with_others?: boolean;
}

/** A link by its nodes, as it is stored. */
export interface StoredLink {
  earlier: number;
  later: number;
  kind: number;
  evidence: number;
}

/** A node with more links than are read. */
export interface Hub {
  node: number;
  /** All of them in the direction of the walk, counted up to a million. */
  links: number;
}

/** The links that a walk met. */
export interface Walk {
  links: StoredLink[];
  hubs: Hub[];
  /** There is more than is read. */
  truncated: boolean;
}

/** What a run's node stands for. */
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

/** A run that was taken out: what its tombstone says. */
export interface GoneFacts {
  type: 'gone';
  node: number;
  /** uid of the run; empty where nothing is known of it. */
  uid: string;
  /** When it had opened, where that is known. */
  time?: number;
  removed_time?: number;
  reason?: string;
  /** It is there, and of a lab that the reader may not see. */
  other_lab?: true;
}

/** What a version's node stands for. */
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
  /** When a run met it first, UNIX seconds. */
  first_time: number;
}

/** What an execution's node stands for. */
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

/** What a node stands for. */
export type NodeFacts = RunFacts | GoneFacts | VersionFacts | ExecutionFacts;

/** Where the ends of a link were seen, as JSON paths; absent where one is not known. */
export interface LinkPath extends StoredLink {
  from_path?: string;
  to_path?: string;
}

/** By what versions are found. */
export type VersionName =
  | { by: 'sha256'; sha256: string }
  /** Beginnings of digests, six hex digits or more. */
  | { by: 'sha256-part'; part: string }
  | { by: 'uri'; uri: string }
  | { by: 'site_name'; site_name: string }
  | { by: 'artifact_id'; artifact_id: string }
  /** The end of a path or URI after a `/`. Looks through all names. */
  | { by: 'end'; end: string };

/** A version in a directory or collection. */
export interface MemberFacts {
  name: string;
  version: VersionFacts;
}

/** Links, data and what they stand for. Bounded: see `WALK` in model/limits.ts. */
export interface LineageReading {
  /** The links that lead from nodes in one direction. */
  walk(query: WalkQuery): Promise<Walk>;
  /** The nodes that a walk of one step, or without a depth, reaches, its roots among them; `limit` at most. */
  reach(query: WalkQuery, limit: number): Promise<number[]>;
  /** What nodes stand for, in no order; nodes of which nothing is known are left out. */
  nodeFacts(nodes: readonly number[]): Promise<NodeFacts[]>;
  /** Where the ends of these links were seen. */
  linkPaths(links: readonly StoredLink[]): Promise<LinkPath[]>;
  /** Versions by a name or a content, the last met first; `limit` at most. */
  versions(name: VersionName, limit: number): Promise<VersionFacts[]>;
  /** Versions that pass a filter of artifacts, the last met first; after this version's number, where one is given. */
  findVersions(query: { filter?: Filter; limit: number; before?: number }): Promise<VersionFacts[]>;
  /** Members of a version that is a directory or collection, by name; `limit` at most. */
  members(version: number, limit: number): Promise<MemberFacts[]>;
  /** Nodes of an execution (Temporal's run id), of its children however deep, and of the runs of all of them; `limit` at most. */
  executionNodes(run_id: string, limit: number): Promise<number[]>;
  /** What was decided about executions (Temporal's run ids), in time; the first ones of very many. */
  decisions(run_ids: readonly string[]): Promise<Decision[]>;
  /** Nodes of runs by their uids, and of executions by Temporal's run ids. */
  nodesOf(names: { uids?: readonly string[]; run_ids?: readonly string[] }): Promise<number[]>;
}
