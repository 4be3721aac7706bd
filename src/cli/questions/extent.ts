/**
 * Which part of the answer a list shows, and in which order it stands. Node only.
 * @module
 */

import type { Filter } from '../../filter/filter';
import { nameOf } from '../../filter/format';

/** Runs that opened so close together are not told apart by their order. */
const CLOSE_S = 1;

type OrderKeys = NonNullable<Filter['order']>;

/**
 * Lines below a list: how much it shows where there may be more, and that its order is not that of time where that is so.
 * @param times of what is shown, in its order
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
