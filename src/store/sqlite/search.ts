/**
 * SQLite's SQL for searches. A unary + prevents its planner from choosing an index: the search chooses. Node only.
 * @module
 */
import type { Database } from 'better-sqlite3';
import type { SearchDialect, SearchSource } from '../search/dialect';
import { Fragment, raw, sql } from '../search/fragment';
import { SQLITE_TYPES, TextPlace } from './json-place';

/** SQLite's dialect of a search. */
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

/** Returns a SQLite file as the source of a search. */
export function searchSource(database: Database): SearchSource {
  return {
    dialect: SQLITE,
    rows: async <Row extends object>({ text, values }: Fragment) =>
      database.prepare(text).all(values) as Row[],
  };
}
