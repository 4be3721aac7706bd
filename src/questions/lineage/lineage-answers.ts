/**
 * Queries about lineage and data, and their answers: the printed nodes and links. Node only.
 * @module
 */
import type { DataType, DigestMissing } from '../../model/data';
import type { Evidence, LinkKind } from '../../model/link';

/** Which lineage. */
export interface LineageQuery {
  /** `up`: what the root was produced from; `down`: what was produced from the root. @defaultValue `up` */
  direction?: 'up' | 'down';
  /**
   * Another reference. If set, only the paths between the two are returned; either may be the later one.
   * @defaultValue all nodes in the direction
   */
  to?: string | number;
  /** The most links between the roots and the last node. @defaultValue no limit */
  depth?: number;
  /**
   * True to return only data at the origin, for example what a model was trained on. These are data that no
   * recorded run has generated, and data of runs that received nothing recorded (they read an instrument, or
   * downloaded). Datasets (directories and collections) are included. @defaultValue false
   */
  data?: boolean;
  /** Kinds of links that are followed. @defaultValue `used`, `generated`, `informed`, `derived` */
  kinds?: readonly LinkKind[];
  /**
   * Evidence that is followed. Ambiguous evidence must be named explicitly. @defaultValue all that is not
   * ambiguous
   */
  evidence?: readonly Evidence[];
  /**
   * Includes only runs that had opened and versions that had been seen at this time (UNIX seconds).
   * @defaultValue now
   */
  as_of?: number;
  /**
   * True to include the executions of the runs, with their parents and those that they continue. @defaultValue
   * false
   */
  parents?: boolean;
}

/** A decision from outside that was made before a run of the execution opened. */
export interface LineageDecision {
  kind: string;
  /** Name of a signal or update. */
  name?: string;
  /** UNIX seconds. */
  time: number;
  /** The client's own name for itself. */
  identity?: string;
}

/** Code of a run. */
export interface LineageCode {
  /** Id of the environment. */
  environment?: string;
  /** Code id: the part of the environment that needs no Docker engine. */
  code?: string;
  /** npm package of the program, and its version. */
  package?: string;
  version?: string;
  commit?: string;
  /** True if there were uncommitted changes. */
  dirty?: boolean;
  /** Address of the repository, without credentials. */
  repository?: string;
}

/** The members of every node. */
interface NodeBase {
  /** `run:<uid>`, `artifact:sha256:<hex>` or `artifact:<uri>`, `execution:<run id>`. */
  id: string;
  label: string;
  /** The number of links between the node and the roots; 0 for a root. */
  depth: number;
  /**
   * The number of the node's links in the direction of the walk, counted up to a million. Present only if there
   * are more than are read.
   */
  links_counted?: number;
  /** The number of the node's links that are not followed, because their evidence is ambiguous. */
  ambiguous?: number;
}

/** A run in an answer. */
export interface LineageRun extends NodeBase {
  type: 'run';
  uid: string;
  scan_id?: number;
  lab?: string;
  activity_type?: string;
  workflow_type?: string;
  workflow_id?: string;
  /** Temporal's run id of the run's execution. */
  run_id?: string;
  /** Id of the activity, equal for all its attempts in an execution. */
  activity_id?: string;
  /** From 1. */
  attempt?: number;
  /** When the run opened, UNIX seconds. */
  time?: number;
  /** Milliseconds from its opening to the end that its worker saw; absent if no end was seen. */
  took_ms?: number;
  /** One word, as in lists. */
  status?: string;
  code?: LineageCode;
  /** The last decisions about the run's execution before the run opened. */
  decisions?: LineageDecision[];
  /** Why the run was deleted from the store. */
  removed?: string;
}

/** Data in an answer: one content under all its names, or a name whose content is not known. */
export interface LineageArtifact extends NodeBase {
  type: 'artifact';
  artifact_id: string;
  /** Names of the data: site-independent names first, then URIs. */
  names: string[];
  kind: DataType;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  /** Why there is no `sha256`. */
  missing?: DigestMissing;
  /** When a run first used or generated it, UNIX seconds. */
  time: number;
  /** `unknown`: nothing that is recorded has generated it. */
  origin?: 'unknown';
}

/** An execution in an answer. */
export interface LineageExecution extends NodeBase {
  type: 'execution';
  run_id: string;
  workflow_id: string;
  workflow_type?: string;
  /** UNIX seconds. */
  time?: number;
  /** One word, as in lists. */
  status?: string;
}

/** A node of an answer. */
export type LineageNode = LineageRun | LineageArtifact | LineageExecution;

/** A link of an answer. `from` is the earlier side (the producer, or the data), `to` the later one. */
export interface LineageLink {
  /** Id of the node of the earlier side. */
  from: string;
  /** Id of the node of the later side. */
  to: string;
  kind: LinkKind;
  /** The strongest. */
  evidence: Evidence;
  /** The value's place in its producer's result, as a JSON path: `result.files[3]`. */
  from_path?: string;
  /** The value's place in the receiver's arguments: `args[0].path`. */
  to_path?: string;
}

/** The lineage of something. */
export interface Lineage {
  /** Ids of the nodes that the query named. */
  roots: string[];
  direction: 'up' | 'down';
  /** The nodes by depth; the earliest first within one depth. */
  nodes: LineageNode[];
  links: LineageLink[];
  /** Links that are not followed, because their evidence is ambiguous, and their far nodes. */
  ambiguous: { links: LineageLink[]; nodes: LineageNode[] };
  /** True if a limit left out a part. */
  truncated: boolean;
  /** Records that are not linked yet. */
  behind: number;
}
