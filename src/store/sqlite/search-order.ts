/**
 * The order of a search in SQL: newest first, or by the fields asked for. What a run does not have comes first when
 * ascending and last when descending; equal runs follow the store's order in the first field's direction. Metadata
 * values of different types stand in the order numbers, booleans, text; an array counts by its least value. Node only.
 * @module
 */

import type { OrderKey } from '../../filter/normal-form';
import type { Field } from '../../filter/run-fields';
import { Fragment, sql } from '../fragment';
import { columnValue, RUN } from './search-columns';
import type { MetadataTests } from './search-metadata';

export interface Ordering {
  /** `WITH …` of the values of metadata fields, once for the whole search; empty where there are none. */
  tables: Fragment;
  /** Their joins to `r`. */
  joins: Fragment;
  /** After ORDER BY. */
  keys: Fragment;
  /** Where to take `r` from, so that rows come in this order by themselves if an index has it. */
  walk: Fragment;
  /** What the index needs to be told for that. */
  condition?: Fragment;
}

/** @param lab the one lab that all wanted runs belong to, which makes the index of its scan ids an order of runs */
export function orderingOf(order: readonly OrderKey[], metadata: MetadataTests, lab?: number): Ordering {
  const first = order[0];
  const tables: Fragment[] = [];
  const joins: Fragment[] = [];
  const keys = order.map((key, i) => {
    const value = key.field.kind === 'column' ? plain(key.field, lab) : metadataKey(key.field, i);
    return directed(value, key.direction);
  });

  function metadataKey(field: Field & { kind: 'metadata' }, i: number): Fragment {
    const values = metadata.values(field);
    if (!values) return sql`NULL`;
    const table = new Fragment(`k${i}`, []);
    tables.push(
      sql`${table}_sets(id, value) AS MATERIALIZED (${values.sets}), ${table}_runs(seq, value) AS MATERIALIZED (${values.runs})`,
    );
    joins.push(
      sql`LEFT JOIN ${table}_sets ON ${table}_sets.id = r.metadata_id LEFT JOIN ${table}_runs ON ${table}_runs.seq = r.seq`,
    );
    return sql`coalesce(${table}_runs.value, ${table}_sets.value)`;
  }

  return {
    tables: tables.length > 0 ? sql`WITH ${list(tables, ', ')}` : sql``,
    joins: list(joins, ' '),
    keys: list([...keys, directed(sql`r.seq`, first?.direction ?? 'desc')], ', '),
    ...walkOf(order, lab),
  };
}

/** A column by its bare name where an index may serve the order. */
function plain(field: Field & { kind: 'column' }, lab: number | undefined): Fragment {
  if (field.name === 'time') return sql`r.time`;
  return field.name === 'scan_id' && lab !== undefined ? sql`r.scan_id` : columnValue(field, RUN);
}

function walkOf(order: readonly OrderKey[], lab: number | undefined): Pick<Ordering, 'walk' | 'condition'> {
  const only = order.length === 1 && order[0]!.field.kind === 'column' ? order[0]!.field.name : undefined;
  if (only === 'time') return { walk: sql`run r INDEXED BY run_time` };
  if (only === 'scan_id' && lab !== undefined) {
    return { walk: sql`run r INDEXED BY run_scan`, condition: sql`r.lab_id = ${lab}` };
  }
  return { walk: sql`run r NOT INDEXED` };
}

/** Query of the `seq` of the first runs in an order that an index has; undefined where none has it. */
export function firstOf(order: readonly OrderKey[], count: number, lab?: number): Fragment | undefined {
  const { walk, condition } = walkOf(order, lab);
  const key = order.length === 1 && order[0]!.field.kind === 'column' ? order[0]!.field.name : undefined;
  if (key === 'time')
    return sql`SELECT r.seq FROM ${walk} ORDER BY ${directed(sql`r.time`, order[0]!.direction)} LIMIT ${count}`;
  if (key !== 'scan_id' || !condition) return undefined;
  return sql`SELECT r.seq FROM ${walk} WHERE ${condition} ORDER BY ${directed(sql`r.scan_id`, order[0]!.direction)} LIMIT ${count}`;
}

function directed(value: Fragment, direction: 'asc' | 'desc'): Fragment {
  return direction === 'asc' ? sql`${value} ASC` : sql`${value} DESC`;
}

function list(pieces: readonly Fragment[], separator: ', ' | ' '): Fragment {
  return new Fragment(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.values),
  );
}
