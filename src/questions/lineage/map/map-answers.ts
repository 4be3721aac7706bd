/**
 * Queries about the surroundings of something in lineage, and their answers. An answer has nodes with their
 * position, the number of further nodes beyond each, and the drawing. Node only.
 * @module
 */
import type { Evidence, LinkKind } from '../../../model/link';
import type { LineageLink, LineageNode } from '../lineage-answers';

/** A side of a node: what it was produced from (`up`), or what was produced from it (`down`). */
export type Side = 'up' | 'down';

/** A side of one node that is opened or folded. */
export interface SideOf {
  side: Side;
  /** Id of the node. */
  id: string;
}

/** Which surroundings. */
export interface SurroundingsQuery {
  /** The number of links upwards that are followed. */
  up: number;
  /** The number of links downwards that are followed. */
  down: number;
  /** Sides on which one more link is followed, at any distance from the roots. */
  open?: readonly SideOf[];
  /** Sides that are not followed. */
  closed?: readonly SideOf[];
  kinds?: readonly LinkKind[];
  evidence?: readonly Evidence[];
  /** UNIX seconds. */
  as_of?: number;
}

/** A count. */
export interface Count {
  count: number;
  /** True if the count is a lower bound. */
  at_least?: true;
}

/** A node with its position. `depth` counts links from the roots; it is negative upwards. */
export type PlacedNode = LineageNode & {
  /** Nodes before this one that are not in the answer. */
  more_up?: Count;
  /** Nodes after this one that are not in the answer. */
  more_down?: Count;
};

/** The surroundings of something in lineage. */
export interface Surroundings {
  /** Ids of the nodes that the query named. */
  roots: string[];
  nodes: PlacedNode[];
  links: LineageLink[];
  /** Links between the nodes that are not followed, because their evidence is ambiguous. */
  ambiguous: LineageLink[];
  /** The number of all nodes before and after it; absent if they were not counted. */
  total?: { up: Count; down: Count };
  /** True if a limit left out a part. */
  truncated: boolean;
  /** Records that are not linked yet. */
  behind: number;
}

/**
 * What one box represents. `alike`: nodes of one kind with the same predecessors and successors; `step`: all
 * runs of one activity type.
 */
export type BoxKind = 'one' | 'attempts' | 'alike' | 'step';

/** A box of a drawing: one node, or several that are drawn as one. */
export interface Box {
  /** The id of the node, or of the first of several. */
  id: string;
  kind: BoxKind;
  /** The node, or the first of several; for attempts the last. */
  node: LineageNode;
  /** The number of its nodes. */
  count: number;
  /** The number of nodes by status; for data, the number without a known origin. */
  states: Record<string, number>;
  /** First quartile, median and third quartile of the durations of runs. */
  quartiles_ms?: [number, number, number];
  /** True if the box contains a root of the query. */
  focus?: true;
  more_up?: Count;
  more_down?: Count;
}

/** A line of a drawing, and the number of its links. */
export interface Line {
  /** Id of the box of the earlier side. */
  from: string;
  to: string;
  kind: LinkKind;
  /** The strongest evidence of the links. */
  evidence: Evidence;
  count: number;
}

/** A drawing. */
export interface Drawing {
  boxes: Box[];
  lines: Line[];
}
