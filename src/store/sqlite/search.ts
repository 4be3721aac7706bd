/**
 * SQLite's SQL for a search. A unary + keeps its planner from choosing an index by itself: the search chooses. Node only.
 * @module
 */
import type { Database } from 'better-sqlite3';
import type { SearchDialect, SearchSource } from '../search/dialect';
import { Fragment, raw, sql } from '../search/fragment';
import { SQLITE_TYPES, TextPlace } from './json-place';

/** How a search is written for SQLite. */
export const SQLITE: SearchDialect = {
  planning: 'weighed',
  yes: raw('1'),
  no: raw('0'),
  join: raw('CROSS JOIN'),
  table(name, alias, index) {
    if (index === undefined) return raw(`${name} ${alias}`);
    return raw(index === null ? `${name} ${alias} NOT INDEXED` : `${name} ${alias} INDEXED BY ${index}`);
  },
  column: (alias, name) => raw(`+${alias}.${name}`),
  fact: (document, path) => new Fragment(`json_extract(${document.text}, '$.${path}')`, document.values),
  asJson: (text) => text,
  byCodePoint: (text) => text,
  literal: (value) => sql`${typeof value === 'boolean' ? Number(value) : value}`,
  ids: (values) => sql`SELECT value FROM json_each(${JSON.stringify(values)})`,
  path: (name) => name,
  indexed: (value) => value,
  place: (document, steps) => new TextPlace(document, steps),
  types: SQLITE_TYPES,
  values: (values) => sql`SELECT value FROM json_each(${JSON.stringify(values)})`,
  encodedNumber: (value) => value,
  lock: raw(''),
  numbers: [raw('-9e999'), raw("''")],
};

/** A SQLite file as a search asks it. */
export function searchSource(database: Database): SearchSource {
  return {
    dialect: SQLITE,
    rows: async <Row extends object>({ text, values }: Fragment) =>
      database.prepare(text).all(values) as Row[],
  };
}
