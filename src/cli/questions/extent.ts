/**
 * Remarks on the extent and the order of a list. Node only.
 * @module
 */

import type { Filter } from '../../filter/filter';
import { nameOf } from '../../filter/format';

/** Runs that opened within this time of each other may be in any order. */
const CLOSE_S = 1;

type OrderKeys = NonNullable<Filter['order']>;

/**
 * Returns the lines below a list: its extent if there may be more rows, and a remark if it is not sorted by time.
 * @param times the times of the shown rows, in their order
 */
export function extentOf(
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
