/**
 * Rows of a comparison put together: counted, bounded, with what is not known said. Pure. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import type { DiffCounts, DiffHow, DiffPart, DiffPartName, DiffRow, DiffSide } from './answer';
import { compareValues, sideOf } from './values';

/** Rows of a part that are not equal, and those that are: a page of more is read by nobody. */
const MOST_ROWS = 200;
const MOST_EQUAL = 200;
/** Text of equal values: they are folded. */
const EQUAL_CHARACTERS = 200;

/** What one side has at a place. */
export interface Told {
  value?: Json | undefined;
  /** Why it is not known; a side with neither has nothing there. */
  unknown?: string | undefined;
}

/** A part of these rows. */
export function partOf(
  name: DiffPartName,
  rows: readonly DiffRow[],
  remarks: readonly string[] = [],
): DiffPart {
  const equal = rows.filter(({ how }) => how === 'equal');
  const others = rows.filter(({ how }) => how !== 'equal');
  const cut = others.length - MOST_ROWS;
  return {
    name,
    counts: countsOf(rows),
    rows: others.slice(0, MOST_ROWS),
    equal: equal.slice(0, MOST_EQUAL).map(shortened),
    remarks: [...remarks, ...(cut > 0 ? [`${cut.toLocaleString('en-US')} more are not shown.`] : [])],
  };
}

/** How many rows are how. */
export function countsOf(rows: readonly { how: DiffHow }[]): DiffCounts {
  const counts: DiffCounts = { equal: 0, different: 0, only_a: 0, only_b: 0, unknown: 0 };
  for (const { how } of rows) counts[how]++;
  return counts;
}

/** All of these together. */
export function summed(all: readonly DiffCounts[]): DiffCounts {
  const sum = countsOf([]);
  for (const counts of all) for (const how of Object.keys(sum) as DiffHow[]) sum[how] += counts[how];
  return sum;
}

/** A field that may be unknown on a side: nothing is then said of whether the two are equal. None where neither has it. */
export function toldRows(name: string, a: Told, b: Told): DiffRow[] {
  if (a.unknown === undefined && b.unknown === undefined) {
    if (a.value === undefined && b.value === undefined) return [];
    return compareValues(name, a.value, b.value);
  }
  return [{ name, how: 'unknown', a: sideTold(a), b: sideTold(b) }];
}

function sideTold({ value, unknown }: Told): DiffSide {
  if (unknown !== undefined) return { missing: unknown };
  return sideOf(value);
}

function shortened(row: DiffRow): DiffRow {
  return { ...row, a: shortSide(row.a), b: shortSide(row.b) };
}

function shortSide(side: DiffSide): DiffSide {
  const text = side.value === undefined ? '' : JSON.stringify(side.value);
  if (text.length <= EQUAL_CHARACTERS) return side;
  const whole = typeof side.value === 'string' ? side.value : text;
  const size_bytes = side.size_bytes ?? Buffer.byteLength(text);
  return { ...side, value: `${whole.slice(0, EQUAL_CHARACTERS)}…`, size_bytes };
}
