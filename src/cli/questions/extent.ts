/**
 * Prints a list, which part of the answer it shows, and its order. Node only.
 * @module
 */

import type { Filter } from '../../filter/filter';
import { nameOf } from '../../filter/format';
import { jsonLine } from '../../questions/shown/safe-text';
import type { Context } from '../context';
import { streamLines } from '../terminal/stream';
import { type Column, table } from '../terminal/table';

/** Runs that opened within this time of each other may be in any order. */
const CLOSE_S = 1;

/** How a list is printed. */
interface ListForm<Row> {
  columnsOf(context: Context, rows: readonly Row[]): Column<Row>[];
  timeOf(row: Row): number;
  /** @defaultValue `time` */
  time_field?: string;
  filter: Filter;
  limit: number;
}

/** Prints rows as JSON lines or as a table, with how much of the list that is. Returns the number of rows. */
export async function printRows<Row>(
  context: Context,
  rows: AsyncIterable<Row>,
  { columnsOf, timeOf, time_field, filter, limit }: ListForm<Row>,
): Promise<number> {
  if (context.options.json) return streamLines(context.io.stdout, rows, jsonLine);
  const shown: Row[] = [];
  for await (const row of rows) shown.push(row);
  if (shown.length === 0) return 0;
  context.print(table(columnsOf(context, shown), shown, context.style));
  for (const line of extentOf(filter, shown.map(timeOf), limit, time_field)) context.note(line);
  return shown.length;
}

type OrderKeys = NonNullable<Filter['order']>;

/**
 * Returns the lines below a list: its extent if there may be more rows, and a remark if it is not sorted by time.
 * @param times the times of the shown rows, in their order
 */
function extentOf(
  { order = [] }: Filter,
  times: readonly number[],
  limit: number,
  timeField = 'time',
): string[] {
  const lines: string[] = [];
  if (times.length === limit) lines.push(`${shownText(order, limit, timeField)}; --limit shows more.`);
  const late =
    order.length === 0 && times.some((time, index) => index > 0 && time - times[index - 1]! > CLOSE_S);
  if (late)
    lines.push(`Sorted by the order of recording, not by time; ORDER BY ${timeField} DESC sorts by time.`);
  return lines;
}

function shownText(order: OrderKeys, limit: number, timeField: string): string {
  const [key] = order;
  if (!key) return `The last ${limit} recorded`;
  if (nameOf(key.field) === timeField) return `The ${key.direction === 'asc' ? 'oldest' : 'newest'} ${limit}`;
  const keys = order.map(({ field, direction }) => `${nameOf(field)}${direction === 'desc' ? ' DESC' : ''}`);
  return `The first ${limit} by ${keys.join(', ')}`;
}
