/**
 * Builds the rows of a comparison: counted, bounded, with remarks about what is unknown. Pure. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import type { DiffCounts, DiffHow, DiffPart, DiffPartName, DiffRow, DiffSide } from './answer';
import { compareValues, sideOf } from './values';

/** Limit for rows of a part that are not equal, and for those that are. */
const MOST_ROWS = 200;
const MOST_EQUAL = 200;
/** Limit for the text of equal values, because they are folded. */
const EQUAL_CHARACTERS = 200;

/** A fact on one side, or why it is not known. */
export interface SideValue {
  value?: Json | undefined;
  /** Why the fact is not known. If a side has neither value nor reason, it has no such fact. */
  unknown?: string | undefined;
}

/** Builds a part from its rows. */
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

/** Counts rows by result. */
export function countsOf(rows: readonly { how: DiffHow }[]): DiffCounts {
  const counts: DiffCounts = { equal: 0, different: 0, only_a: 0, only_b: 0, unknown: 0 };
  for (const { how } of rows) counts[how]++;
  return counts;
}

/** The sum of the given counts. */
export function summed(all: readonly DiffCounts[]): DiffCounts {
  const sum = countsOf([]);
  for (const counts of all) for (const how of Object.keys(sum) as DiffHow[]) sum[how] += counts[how];
  return sum;
}

/**
 * Rows of a field that may be unknown on one side: then the two are not compared. No row if neither side has
 * it.
 */
export function valueRows(name: string, a: SideValue, b: SideValue): DiffRow[] {
  if (a.unknown === undefined && b.unknown === undefined) {
    if (a.value === undefined && b.value === undefined) return [];
    return compareValues(name, a.value, b.value);
  }
  return [{ name, how: 'unknown', a: sideOfValue(a), b: sideOfValue(b) }];
}

function sideOfValue({ value, unknown }: SideValue): DiffSide {
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
