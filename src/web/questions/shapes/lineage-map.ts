/**
 * Shapes of what is drawn of lineage, and of its tables. Node only.
 * @module
 */
import { z } from 'zod';
import { evidence, lineageNode, linkKind } from './data';
import { count, part, remarks, shape } from './shape';

const some = shape(
  'Count',
  z.looseObject({
    count,
    at_least: z.literal(true).optional().describe('True if there are at least this many.'),
  }),
);

const more = { more_up: some.optional(), more_down: some.optional() };

/** A box of a drawing. */
const box = shape(
  'LineageBox',
  z.looseObject({
    id: z.string(),
    kind: z.enum(['one', 'attempts', 'alike', 'step']),
    node: lineageNode,
    count: count.describe('Number of nodes in the box.'),
    states: z.record(z.string(), count),
    quartiles_ms: z.array(z.number()).length(3).optional(),
    focus: z.literal(true).optional(),
    ...more,
  }),
);

/** A line of a drawing. */
const line = shape(
  'LineageLine',
  z.looseObject({
    from: z.string().describe('Id of the box of the earlier node.'),
    to: z.string(),
    kind: linkKind,
    evidence,
    count: count.describe('Number of links in the line.'),
  }),
);

const end = z.looseObject({ id: z.string(), label: z.string() });
const path = z.looseObject({ from_path: z.string().optional(), to_path: z.string().optional() });

/** A link with all that is known of it. */
const detail = shape(
  'LinkDetail',
  z.looseObject({ from: end, to: end, kind: linkKind, evidence: z.array(evidence), paths: z.array(path) }),
);

/** What is drawn of lineage. */
export const lineageMap = shape(
  'LineageMap',
  z.looseObject({
    roots: z.array(z.string()),
    boxes: z.array(box),
    lines: z.array(line),
    doubtful: z.array(line),
    counts: z.object({ nodes: count, links: count }),
    total: z.object({ up: some, down: some }).optional(),
    chosen: z.looseObject({ box, count, members: z.array(lineageNode) }).optional(),
    line: z.looseObject({ from: box, to: box, count, links: z.array(detail) }).optional(),
    truncated: z.boolean(),
    behind: count,
    remarks,
  }),
);

/** A node in a table. Its own members are those of a lineage's node. */
export const placedNode = shape(
  'LineageRow',
  z.looseObject({
    id: z.string(),
    type: z.enum(['run', 'artifact', 'execution']),
    label: z.string(),
    depth: z.number().int().describe('Number of links from the start; negative upwards.'),
    state: z.string().optional(),
    links_up: count,
    links_down: count,
    ...more,
  }),
);

/** A part of a table, with how many rows it has in all. */
export function rows(item: z.ZodType) {
  return part(item).extend({ count });
}
