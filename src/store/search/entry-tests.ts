/**
 * Tests on the `value` column of a search table. Node only.
 * @module
 */
import type { Literal } from '../../filter/fields';
import type { Bound, Test } from '../../filter/normal-form';
import { encodePrefix, encodeValue, INDEXED_TEXT_LENGTH, NULL_VALUE } from '../metadata-index/field-values';
import type { SearchDialect } from './dialect';
import { type Fragment, join, list, raw, sql } from './fragment';

/** The last code point. A prefix followed by it sorts after every text with that prefix. */
const LAST = '\u{10ffff}';

/** Returns the test on a `value` column. It is always one range or a list, so that the index can be used. */
export function entryTest(test: Test, dialect: SearchDialect, column = raw('value')): Fragment {
  switch (test.kind) {
    case 'equals':
      if (test.values.length === 0) return dialect.no;
      return sql`${column} IN (${list(test.values.map((value) => entry(value, dialect)))})`;
    case 'present':
      return sql`${column} <> ${NULL_VALUE}`;
    case 'prefix': {
      const low = encodePrefix(test.prefix);
      return sql`${column} >= ${low} AND ${column} < ${low + LAST}`;
    }
    case 'range':
      return rangeOf(test, dialect, column);
  }
}

/** True if the index does not contain enough of a text: it has no order beyond a certain length. */
export function isBeyondIndex(test: Test): boolean {
  const values =
    test.kind === 'prefix' ? [test.prefix] : test.kind === 'range' ? [test.low?.value, test.high?.value] : [];
  return values.some((value) => typeof value === 'string' && value.length > INDEXED_TEXT_LENGTH);
}

/** Limits a range to the values of one type. */
function rangeOf(
  { low, high }: { low?: Bound; high?: Bound },
  dialect: SearchDialect,
  column: Fragment,
): Fragment {
  const [least, most] = spanOf((low ?? high)!.value, dialect);
  const above = low ? sql`${raw(low.inclusive ? '>=' : '>')} ${entry(low.value, dialect)}` : sql`>= ${least}`;
  const below = high
    ? sql`${raw(high.inclusive ? '<=' : '<')} ${entry(high.value, dialect)}`
    : sql`< ${most}`;
  return join([sql`${column} ${above}`, sql`${column} ${below}`], 'AND', dialect.yes);
}

/** Returns the range of the value's type: its beginning (inclusive) and end (exclusive). */
function spanOf(value: Literal, { numbers }: SearchDialect): readonly [low: Fragment, high: Fragment] {
  if (typeof value === 'number') return numbers;
  return typeof value === 'string' ? [raw("'s:'"), raw("'s;'")] : [raw("'b:'"), raw("'b;'")];
}

function entry(value: Literal, dialect: SearchDialect): Fragment {
  return sql`${dialect.indexed(encodeValue(value))}`;
}
