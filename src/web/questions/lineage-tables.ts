/**
 * Lineage as tables of nodes and of links. Node only.
 * @module
 */
import { z } from 'zod';
import { behindRemarks } from '../../questions/lineage/catch-up';
import { nodesOf } from '../../questions/lineage/map/map';
import {
  LINK_ORDERS,
  type LinkRow,
  linkRows,
  NODE_ORDERS,
  type NodeRow,
  nodeRows,
} from '../../questions/lineage/map/table';
import type { Scope } from '../../questions/scope';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { PAGE } from '../limits';
import { after, limit } from './inputs';
import { type SurroundingsInput, surroundings, surroundingsQuery } from './lineage-inputs';
import { type Part, question } from './question';
import { lineageLink } from './shapes/data';
import { placedNode, rows } from './shapes/lineage-map';

function orders<Order extends string>(names: readonly Order[]) {
  const both = names.flatMap((name) => [name, `-${name}` as const]);
  return z
    .enum(both as [Order, ...(Order | `-${Order}`)[]])
    .default('depth' as never)
    .describe('A `-` before a name sorts in descending order.');
}

const find = z
  .string()
  .max(PAGE.reference_characters)
  .optional()
  .describe('Only rows with this text in a name.');
const nodesInput = z.strictObject({ ...surroundings, find, sort: orders(NODE_ORDERS), limit, after });
const linksInput = z.strictObject({ ...surroundings, find, sort: orders(LINK_ORDERS), limit, after });

/** A page of a table, and the total number of rows. */
export interface TablePart<Row> extends Part<Row> {
  count: number;
}

const NODE_COLUMNS: readonly CsvColumn<NodeRow>[] = [
  ['id', ({ id }) => id],
  ['type', ({ type }) => type],
  ['name', ({ label }) => label],
  ['state', ({ state }) => state],
  ['depth', ({ depth }) => depth],
  ['links_up', ({ links_up }) => links_up],
  ['links_down', ({ links_down }) => links_down],
  ['time', ({ time }) => time !== undefined && instant(time, 'milliseconds')],
  ['took_ms', (node) => (node.type === 'run' ? node.took_ms : undefined)],
  ['size_bytes', (node) => (node.type === 'artifact' ? node.size_bytes : undefined)],
];

const LINK_COLUMNS: readonly CsvColumn<LinkRow>[] = [
  ['from', ({ from }) => from],
  ['to', ({ to }) => to],
  ['kind', ({ kind }) => kind],
  ['evidence', ({ evidence }) => evidence],
  ['depth', ({ depth }) => depth],
  ['from_name', ({ from_label }) => from_label],
  ['to_name', ({ to_label }) => to_label],
];

/** `/lineage/nodes`. */
export const lineageNodes = question<z.infer<typeof nodesInput>, TablePart<NodeRow>>({
  name: 'lineageNodes',
  path: '/lineage/nodes',
  summary: 'The nodes of lineage around something, as a table.',
  input: nodesInput,
  answer: rows(placedNode),
  csv: csvOfItems(NODE_COLUMNS),
  ask: (scope, input) => partOf(scope, input, (found) => nodeRows(found, input)),
});

/** `/lineage/links`. */
export const lineageLinks = question<z.infer<typeof linksInput>, TablePart<LinkRow>>({
  name: 'lineageLinks',
  path: '/lineage/links',
  summary: 'The links of lineage around something, as a table.',
  input: linksInput,
  answer: rows(lineageLink),
  csv: csvOfItems(LINK_COLUMNS),
  ask: (scope, input) => partOf(scope, input, (found) => linkRows(found, input)),
});

type Found = Awaited<ReturnType<typeof nodesOf>>['value'];

async function partOf<Row>(
  scope: Scope,
  input: SurroundingsInput & { limit: number; after?: string },
  rowsOf: (found: Found) => Row[],
): Promise<TablePart<Row>> {
  const { value, remarks } = await nodesOf(scope, input.focus, surroundingsQuery(input), {});
  const rows = rowsOf(value);
  const from = Number(input.after ?? 0) || 0;
  const end = from + input.limit;
  const items = rows.slice(from, end);
  return {
    items,
    count: rows.length,
    ...(end < rows.length && { next: String(end) }),
    remarks: [
      ...remarks,
      ...behindRemarks(value.behind),
      ...(value.truncated ? ['The result was cut.'] : []),
    ],
  };
}
