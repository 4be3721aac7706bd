/**
 * PostgreSQL's SQL for searches. Node only.
 * @module
 */
import type { ColumnType } from '../../filter/fields';
import { BEGINNING_LENGTH, type SearchDialect, type SearchSource, type TextForm } from '../search/dialect';
import { Fragment, raw, sql } from '../search/fragment';
import type { Client, Connections } from './connection/connection';
import { DocumentPlace, POSTGRES_TYPES } from './json-place';
import { AFTER_NUMBERS, fieldText, NUMBER_MARK } from './values/field-text';
import { indexedText, storedText } from './values/text';

/** If a condition's runs fit into this memory, they are hashed. Otherwise each row would read them again. */
const WORK_MEMORY = '128MB';

const CASTS: Readonly<Record<ColumnType, string>> = {
  text: '',
  number: '::float8',
  instant: '::float8',
  boolean: '::boolean',
};
const TEXTS: Readonly<Record<TextForm, (text: string) => string>> = {
  indexed: indexedText,
  stored: storedText,
  // The form that the function `fact` returns.
  fact: (text) => text.replace(/\p{Surrogate}|\0/gu, '\ufffd'),
};

/** PostgreSQL's dialect of a search. */
export const POSTGRES: SearchDialect = {
  planning: 'planned',
  yes: raw('true'),
  no: raw('false'),
  join: raw('JOIN'),
  table: (name, alias) => raw(`${name} ${alias}`),
  column: (alias, name) => raw(`${alias}.${name}`),
  fact(document, path, type) {
    const keys = path.split('.').map((key) => `'${key}'`);
    return new Fragment(`fact(${document.text}, ${keys.join(', ')})${CASTS[type]}`, document.values);
  },
  asJson: (text) => sql`${text}::json`,
  byCodePoint: (text) => sql`(${text}) COLLATE "C"`,
  beginning: (text) => sql`left(${text}, ${raw(String(BEGINNING_LENGTH))}) COLLATE "C"`,
  literal(value, form) {
    if (typeof value === 'boolean') return raw(value ? 'true' : 'false');
    if (typeof value === 'string') return sql`${TEXTS[form](value)}`;
    // A whole number is written as an integer, so that an index on integers can be used.
    return Number.isSafeInteger(value) ? sql`${value}::bigint` : sql`${value}::float8`;
  },
  ids: (values) => sql`SELECT unnest(${`{${values.join(',')}}`}::bigint[])`,
  path: indexedText,
  indexed: fieldText,
  place: (document, steps) => new DocumentPlace(document, steps),
  types: POSTGRES_TYPES,
  values(values, type) {
    const texts = JSON.stringify(values.map((value) => TEXTS.fact(String(value))));
    const cast = raw(type === 'number' ? '::float8' : type === 'boolean' ? '::boolean' : '');
    return sql`SELECT one${cast} FROM json_array_elements_text(${texts}::json) one`;
  },
  // The number's 64 bits: all inverted for a negative number, otherwise with the sign bit set. `fieldText` writes the same.
  encodedNumber: (
    value,
  ) => sql`(SELECT '${raw(NUMBER_MARK)}' || lpad(to_hex(CASE WHEN v < 0 THEN ~b ELSE b # (-9223372036854775808) END), 16, '0')
    FROM (SELECT v, ('x' || encode(float8send(v), 'hex'))::bit(64)::bigint AS b FROM (SELECT ${value} + 0 AS v) one) bits)`,
  lock: raw('FOR UPDATE'),
  numbers: [raw(`'${NUMBER_MARK}'`), raw(`'${AFTER_NUMBERS}'`)],
};

/** Runs one search in its own read-only transaction. */
export function searching<Answer>(
  connections: Connections,
  search: (source: SearchSource) => Promise<Answer>,
): Promise<Answer> {
  return connections.transaction(async (client) => {
    await client.query(
      `SET TRANSACTION READ ONLY; SET LOCAL work_mem = '${WORK_MEMORY}'; SET LOCAL jit = off`,
    );
    return search(sourceOf(client));
  });
}

/** Returns a connection as the source of a search. */
export function sourceOf(client: Client): SearchSource {
  return {
    dialect: POSTGRES,
    async rows<Row extends object>({ text, values }: Fragment) {
      let n = 0;
      const { rows } = await client.query<Row>(
        text.replaceAll('?', () => `$${++n}`),
        [...values],
      );
      return rows;
    },
  };
}
