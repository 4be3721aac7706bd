/**
 * What is asked about the surroundings of something in lineage, and what is answered: nodes with a place relative to it, how many more
 * there are beyond each, and what is drawn of them. Node only.
 * @module
 */
import type { Evidence, LinkKind } from '../../../model/link';
import type { LineageLink, LineageNode } from '../lineage-answers';

/** A side of a node: what it came from, or what came of it. */
export type Side = 'up' | 'down';

/** A side of one node that is opened or folded. */
export interface SideOf {
  side: Side;
  /** Id of the node. */
  id: string;
}

/** Which surroundings. */
export interface SurroundingsQuery {
  /** Links upwards that are followed. */
  up: number;
  /** Links downwards that are followed. */
  down: number;
  /** Sides that are followed by one link, however far away their nodes are. */
  open?: readonly SideOf[];
  /** Sides that are not followed. */
  closed?: readonly SideOf[];
  kinds?: readonly LinkKind[];
  evidence?: readonly Evidence[];
  /** UNIX seconds. */
  as_of?: number;
}

/** How many there are. */
export interface Count {
  count: number;
  /** There are at least so many. */
  at_least?: true;
}

/** A node in its place: `depth` counts links from what was asked about, upwards below 0. */
export type PlacedNode = LineageNode & {
  /** Nodes before it that are not in the answer. */
  more_up?: Count;
  /** Nodes after it that are not in the answer. */
  more_down?: Count;
};

/** The surroundings of something in lineage. */
export interface Surroundings {
  /** Ids of what was asked about. */
  roots: string[];
  nodes: PlacedNode[];
  links: LineageLink[];
  /** Links between the nodes that are not followed, since their evidence is ambiguous. */
  ambiguous: LineageLink[];
  /** All that it came from, and all that came of it; absent where nobody counted. */
  total?: { up: Count; down: Count };
  /** There is more than is read. */
  truncated: boolean;
  /** Records that are not joined into links yet. */
  behind: number;
}

/** What one box stands for. `alike`: nodes of one kind with the same before and after them; `step`: all runs of one activity type. */
export type BoxKind = 'one' | 'attempts' | 'alike' | 'step';

/** A box of a drawing: one node, or several that are drawn as one. */
export interface Box {
  /** Of the node, or of the first of several. */
  id: string;
  kind: BoxKind;
  /** The node, or the first of several; of attempts the last. */
  node: LineageNode;
  /** Nodes that it stands for. */
  count: number;
  /** How many ended how; of data, how many have no known origin. */
  states: Record<string, number>;
  /** First quartile, median and third quartile of the durations of runs. */
  quartiles_ms?: [number, number, number];
  /** What was asked about is in it. */
  focus?: true;
  more_up?: Count;
  more_down?: Count;
}

/** A line of a drawing, and how many links it stands for. */
export interface Line {
  /** Id of the box of the earlier side. */
  from: string;
  to: string;
  kind: LinkKind;
  /** The strongest of the links. */
  evidence: Evidence;
  count: number;
}

/** What is drawn. */
export interface Drawing {
  boxes: Box[];
  lines: Line[];
}
