/**
 * The order of a search in SQL: newest first, or by the requested fields. Absent values come first when ascending and last when
 * descending. Equal records follow the store's order in the first field's direction. Metadata values of different types are
 * ordered as numbers, booleans, text. An array counts by its smallest value. Node only.
 * @module
 */
import type { Field, MetadataField } from '../../filter/fields';
import type { OrderKey } from '../../filter/normal-form';
import { orderValue, rowOf } from './columns/columns';
import type { Conditions } from './conditions';
import { type Fragment, join, list, raw, sql } from './fragment';
import type { Place, Walk } from './walk';

/** One key of an order. */
interface KeySql {
  value: Fragment;
  direction: 'asc' | 'desc';
  /** True if some records have no value. */
  nullable: boolean;
}

/** An order, and the parts that a query needs for it. */
export interface Ordering {
  /** `WITH …` of the values of metadata fields, once for the whole search. Empty if there are none. */
  tables: Fragment;
  /** The joins of these tables to the record. */
  joins: Fragment;
  keys: readonly KeySql[];
  /** The text after ORDER BY. */
  text: Fragment;
}

/** @param walk provides the bare column of its own field, so that an index can be used for the order */
export function orderingOf(order: readonly OrderKey[], conditions: Conditions, walk?: Walk): Ordering {
  const { subject } = conditions;
  const tables: Fragment[] = [];
  const joins: Fragment[] = [];
  const keys = order.map(({ field, direction }, i): KeySql => {
    if (walk) return { value: walk.value, direction, nullable: false };
    if (field.kind === 'metadata') {
      const value = metadataKey(field, raw(`k${i}`), conditions, tables, joins);
      return { value, direction, nullable: true };
    }
    return { ...columnKey(field, conditions), direction };
  });
  const last = directed({
    value: walk?.seq ?? raw(`${subject.alias}.${subject.key}`),
    direction: order[0]?.direction ?? 'desc',
    nullable: false,
  });
  return {
    tables: tables.length > 0 ? sql`WITH ${list(tables)}` : sql``,
    joins: list(joins, ' '),
    keys,
    text: list([...keys.map(directed), last]),
  };
}

function columnKey(field: Field, { subject, dialect, values }: Conditions): Omit<KeySql, 'direction'> {
  if (field.kind === 'value')
    return { value: values.order(field.path, rowOf(dialect, subject.alias)), nullable: true };
  if (field.kind !== 'column') return { value: ABSENT, nullable: true };
  const column = subject.column(field);
  const value = orderValue(field, column, rowOf(dialect, subject.alias), dialect);
  return { value, nullable: column.always !== true };
}

function metadataKey(
  field: MetadataField,
  table: Fragment,
  { metadata }: Conditions,
  tables: Fragment[],
  joins: Fragment[],
): Fragment {
  const values = metadata.values(field);
  if (!values) return ABSENT;
  tables.push(
    sql`${table}_sets(id, value) AS MATERIALIZED (${values.sets}), ${table}_runs(seq, value) AS MATERIALIZED (${values.runs})`,
  );
  joins.push(
    sql`LEFT JOIN ${table}_sets ON ${table}_sets.id = r.metadata_id LEFT JOIN ${table}_runs ON ${table}_runs.seq = r.seq`,
  );
  return sql`coalesce(${table}_runs.value, ${table}_sets.value)`;
}

/** A null value. A plain constant can't be used in an order. */
const ABSENT = raw('CAST(NULL AS text)');

/** The position of absent values is written only if there can be some. An index without that clause can then be used. */
function directed({ value, direction, nullable }: KeySql): Fragment {
  if (direction === 'asc') return nullable ? sql`${value} ASC NULLS FIRST` : sql`${value} ASC`;
  return nullable ? sql`${value} DESC NULLS LAST` : sql`${value} DESC`;
}

/** Returns a condition that is true if a record comes after a position in the order. */
export function comesAfter(place: Place, { keys }: Ordering, { subject, dialect }: Conditions): Fragment {
  const ways: Fragment[] = [];
  const equal: Fragment[] = [];
  for (const [i, { value, direction, nullable }] of keys.entries()) {
    const at = place.values[i] ?? null;
    const beyond = beyondKey(value, at, direction, nullable);
    if (beyond) ways.push(join([...equal, beyond], 'AND', dialect.yes));
    equal.push(at === null ? sql`${value} IS NULL` : sql`${value} = ${bound(at)}`);
  }
  const sign = raw((keys[0]?.direction ?? 'desc') === 'desc' ? '<' : '>');
  const key = raw(`${subject.alias}.${subject.key}`);
  ways.push(join([...equal, sql`${key} ${sign} ${place.key}`], 'AND', dialect.yes));
  return join(ways, 'OR', dialect.no);
}

function beyondKey(
  value: Fragment,
  at: Place['values'][number],
  direction: 'asc' | 'desc',
  nullable: boolean,
): Fragment | undefined {
  if (at === null) return direction === 'asc' ? sql`${value} IS NOT NULL` : undefined;
  if (direction === 'asc') return sql`${value} > ${bound(at)}`;
  return nullable ? sql`(${value} < ${bound(at)} OR ${value} IS NULL)` : sql`${value} < ${bound(at)}`;
}

/** Returns a value as the database returned it. */
function bound(value: string | number | boolean): Fragment {
  return typeof value === 'boolean' ? raw(value ? 'true' : 'false') : sql`${value}`;
}
