/**
 * Searches in an order that an index has. Runs are read in that order, from the bound that the filter sets, until enough are
 * found. Node only.
 * @module
 */
import { formatPlace } from '../../filter/format';
import type { Leaf, Node, OrderKey, Test } from '../../filter/normal-form';
import type { ValuePath } from '../../model/value-path';
import { rangeTest } from './columns/columns';
import type { Conditions } from './conditions';
import type { SearchSource } from './dialect';
import { entryTest, isBeyondIndex } from './entry-tests';
import { type Fragment, join, raw, sql } from './fragment';
import { isValueLeaf } from './values/values';

/** A record's position in an order: its number and the values of the keys. */
export interface Place {
  key: number;
  values: readonly (string | number | boolean | null)[];
}

/** Runs in the order of one field's values. Runs without a value are not included. */
export interface Walk {
  field: string;
  /** The table with the index, and the number and value of its rows. */
  table: Fragment;
  seq: Fragment;
  value: Fragment;
  /** Joins the run as `r` if the table is another one. */
  run: Fragment;
  /** The condition that the index needs. */
  condition?: Fragment;
  /** A query of the records without a value; undefined if each has one. */
  without?: Fragment;
}

/**
 * Returns the walk for an order; undefined if no index has it.
 * @param lab the only lab of all selected runs
 */
export async function walkOf(
  order: readonly OrderKey[],
  conditions: Conditions,
  lab: number | undefined,
  source: SearchSource,
): Promise<Walk | undefined> {
  const { subject, dialect } = conditions;
  const [key] = order;
  if (subject.table !== 'run' || order.length !== 1) return undefined;
  if (key!.field.kind === 'value') return placeWalk(key!.field.path, conditions, source);
  if (key!.field.kind !== 'column') return undefined;
  switch (key!.field.name) {
    case 'time': {
      const table = dialect.table('run', 'r', 'run_time');
      return { field: 'time', table, seq: raw('r.seq'), value: raw('r.time'), run: raw('') };
    }
    case 'scan_id': {
      if (lab === undefined) return undefined;
      const table = dialect.table('run', 'r', 'run_scan');
      const without = sql`SELECT r.seq FROM ${table} WHERE r.lab_id = ${lab} AND r.scan_id IS NULL`;
      const condition = sql`r.lab_id = ${lab} AND r.scan_id IS NOT NULL`;
      const value = raw('r.scan_id');
      return { field: 'scan_id', table, seq: raw('r.seq'), value, run: raw(''), condition, without };
    }
    case 'stop_time': {
      return {
        field: 'stop_time',
        table: dialect.table('stop', 'ended', 'stop_time'),
        seq: raw('ended.seq'),
        value: raw('ended.time'),
        run: sql`${dialect.join} run r ON r.seq = ended.seq`,
        without: subject.without('stop_time', dialect),
      };
    }
    default:
      return undefined;
  }
}

/**
 * Returns a walk by the index of a place. It needs one value per run there, and a filter that excludes runs without a value.
 * Those come first when ascending, and are found only by a full comparison of indexes.
 */
async function placeWalk(
  path: ValuePath,
  conditions: Conditions,
  source: SearchSource,
): Promise<Walk | undefined> {
  const { dialect, values } = conditions;
  const all = values.index.singleValues(path);
  const field = formatPlace(path);
  const tests = conditions.conjuncts.map((node) => testOf(node, field)).filter((test) => test !== undefined);
  if (!all || tests.length === 0 || tests.some(isBeyondIndex)) return undefined;
  if ((await source.rows(values.index.lists(path))).length > 0) return undefined;
  const ends = tests.map((test) => entryTest(test, dialect, raw('v.value')));
  return {
    field,
    table: raw('value_field v'),
    seq: raw('v.seq'),
    value: raw('v.value'),
    run: sql`${dialect.join} run r ON r.seq = v.seq`,
    condition: join([all, ...ends], 'AND', dialect.yes),
  };
}

/** Returns the test if a condition is a test of this place; otherwise undefined. */
function testOf(node: Node, field: string): Test | undefined {
  if (node.op !== 'test' || node.negated || !isValueLeaf(node)) return undefined;
  return formatPlace(node.field.path) === field ? node.test : undefined;
}

/**
 * Returns the walk's condition: the bounds that the filter and the cursor set on its field. There is one condition per end,
 * because an index uses only the first condition of each end.
 */
export function boundsOf(
  walk: Walk,
  conditions: Conditions,
  direction: 'asc' | 'desc',
  after: Place | undefined,
): Fragment {
  const range: Range = {};
  for (const node of conditions.conjuncts) {
    const leaf = leafOf(node, walk.field);
    if (leaf) narrow(range, leaf.test);
  }
  const at = after?.values[0];
  if (at !== undefined && at !== null) {
    const end = { value: at, inclusive: true };
    narrow(range, { kind: 'range', ...(direction === 'asc' ? { low: end } : { high: end }) });
  }
  const { dialect } = conditions;
  const ends = rangeTest(walk.value, range, (value) => dialect.literal(value, 'indexed'));
  return join(
    [walk.condition, ends].filter((one) => one !== undefined),
    'AND',
    dialect.yes,
  );
}

type Range = Pick<Extract<Test, { kind: 'range' }>, 'low' | 'high'>;

function leafOf(node: Node, field: string): Leaf | undefined {
  if (node.op !== 'test' || node.negated || node.field.kind !== 'column') return undefined;
  return node.field.name === field ? node : undefined;
}

/** Keeps the later of two beginnings and the earlier of two ends. */
function narrow(range: Range, test: Test): void {
  const point =
    test.kind === 'equals' && test.values.length === 1
      ? { value: test.values[0]!, inclusive: true }
      : undefined;
  const { low, high } = test.kind === 'range' ? test : { low: point, high: point };
  if (low && (!range.low || low.value > range.low.value || (low.value === range.low.value && !low.inclusive)))
    range.low = low;
  if (
    high &&
    (!range.high || high.value < range.high.value || (high.value === range.high.value && !high.inclusive))
  )
    range.high = high;
}
