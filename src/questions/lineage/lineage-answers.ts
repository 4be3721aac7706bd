/**
 * What is asked about lineage and about data, and what is answered: the nodes and links that are printed. Node only.
 * @module
 */
import type { DataType, DigestMissing } from '../../model/data';
import type { Evidence, LinkKind } from '../../model/link';

/** Which lineage. */
export interface LineageQuery {
  /** `up`: what it came from; `down`: what came of it. @defaultValue `up` */
  direction?: 'up' | 'down';
  /** Only the paths between the two; whichever of them came later. */
  to?: string | number;
  /** Links between the beginning and the last node. @defaultValue as far as links lead */
  depth?: number;
  /** Only data at the beginning: what no recorded run has made, what runs made that were given nothing recorded (they read an instrument, or downloaded), and datasets (directories and collections). What a model was trained on. @defaultValue false */
  data?: boolean;
  /** Kinds of links that are followed. @defaultValue `used`, `generated`, `informed`, `derived` */
  kinds?: readonly LinkKind[];
  /** Evidence that is followed; ambiguous evidence is where it is named. @defaultValue all that is not ambiguous */
  evidence?: readonly Evidence[];
  /** Only runs that had opened and versions that had been met at this instant (UNIX seconds). */
  as_of?: number;
  /** Executions of the runs as well, with their parents and those that they continue. @defaultValue false */
  parents?: boolean;
}

/** Why an execution went as it did: what was decided from outside before a run opened. */
export interface LineageDecision {
  kind: string;
  /** Name of a signal or update. */
  name?: string;
  /** UNIX seconds. */
  time: number;
  /** Who, as the client called itself. */
  identity?: string;
}

/** Code of a run. */
export interface LineageCode {
  environment?: string;
  code?: string;
  /** npm package of the program, and its version. */
  package?: string;
  version?: string;
  commit?: string;
  /** There were changes that are not in the commit. */
  dirty?: boolean;
  repository?: string;
}

/** What every node has. */
interface NodeBase {
  /** `run:<uid>`, `artifact:sha256:<hex>` or `artifact:<uri>`, `execution:<run id>`. */
  id: string;
  label: string;
  /** Links between it and the beginning; 0 for the beginning itself. */
  depth: number;
  /** Links of it that are more than is read, in the direction of the walk: all of them, counted up to a million. */
  links_counted?: number;
  /** Links that lead to it or from it and are not followed, since their evidence is ambiguous. */
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
  run_id?: string;
  /** The same for all attempts of one activity of an execution. */
  activity_id?: string;
  /** From 1. */
  attempt?: number;
  /** When it opened, UNIX seconds. */
  time?: number;
  /** From its opening to the end that its worker saw; absent where none was seen. */
  took_ms?: number;
  /** One word, as lists show it. */
  status?: string;
  code?: LineageCode;
  /** The last of what was decided about its execution before it opened. */
  decisions?: LineageDecision[];
  /** Why it was taken out of the store. */
  removed?: string;
}

/** Data in an answer: one content under all its names, or a name whose content is not known. */
export interface LineageArtifact extends NodeBase {
  type: 'artifact';
  artifact_id: string;
  /** Site-independent names, then URIs. */
  names: string[];
  kind: DataType;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  /** Why there is no `sha256`. */
  missing?: DigestMissing;
  /** When a run met it first, UNIX seconds. */
  time: number;
  /** `unknown`: nothing that is recorded has produced it. */
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
  status?: string;
}

/** A node of an answer. */
export type LineageNode = LineageRun | LineageArtifact | LineageExecution;

/** A link of an answer: `from` is the earlier side (what produced, or the data), `to` the later one. */
export interface LineageLink {
  from: string;
  to: string;
  kind: LinkKind;
  /** The strongest. */
  evidence: Evidence;
  /** Where it stood in what produced it, as a JSON path: `result.files[3]`. */
  from_path?: string;
  /** Where it stands in what was given: `args[0].path`. */
  to_path?: string;
}

/** The lineage of something. */
export interface Lineage {
  /** Ids of the nodes that were asked about. */
  roots: string[];
  direction: 'up' | 'down';
  /** By depth, the earliest first within one. */
  nodes: LineageNode[];
  links: LineageLink[];
  /** Links that are not followed, since their evidence is ambiguous, and the nodes beyond. */
  ambiguous: { links: LineageLink[]; nodes: LineageNode[] };
  /** There is more than is read. */
  truncated: boolean;
  /** Records that are not joined into links yet. */
  behind: number;
}
