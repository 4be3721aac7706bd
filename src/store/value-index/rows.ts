/**
 * Statements that read and write rows of the index: places, values of documents, and runs that change. Node only.
 * @module
 */
import { parsePlace } from '../../filter/place';
import type { ValuePath } from '../../model/value-path';
import type { FieldValue } from '../metadata-index/field-values';
import type { SearchDialect } from '../search/dialect';
import { type Fragment, list, sql } from '../search/fragment';
import { type LookedInto, valueEntries } from './entries';

/** A sequence of statements and their results. The database runs them in one transaction. */
export type Work<Answer> = Generator<Fragment, Answer, readonly object[]>;

/** An indexed place, as it is stored. */
export interface Named {
  id: number;
  path: string;
  chain_n: number;
}

/** An indexed place. */
export interface Place {
  id: number;
  name: string;
  path: ValuePath;
}

/** A row of `value_field`. */
interface ValueRow {
  id: number;
  value: Fragment;
  seq: number;
}

const ROWS_PER_STATEMENT = 400;
const BOTH = ['result', 'args'] as const;

/**
 * Returns all places of the store. Every change of the index begins here and takes its lock, so changes run one after the other.
 */
export function* namedPlaces({ lock }: SearchDialect): Work<Named[]> {
  return (yield sql`SELECT id, path, chain_n FROM value_path ORDER BY id ${lock}`) as Named[];
}

/** Returns an empty list for a name that this release can't parse. A later release wrote it. */
export function readPlace({ id, path: name }: Named): Place[] {
  const path = parsePlace(name);
  return path ? [{ id, name, path }] : [];
}

/** Returns the values of these runs' documents at places in results, or in arguments. */
export function* rowsOf(
  dialect: SearchDialect,
  places: readonly Place[],
  of: ValuePath['of'],
  seqs: readonly number[],
): Work<ValueRow[]> {
  if (places.length === 0 || seqs.length === 0) return [];
  const ids = dialect.ids(seqs);
  const documents = (yield of === 'result'
    ? sql`SELECT seq, document FROM stop WHERE seq IN (${ids})`
    : sql`SELECT seq, facts AS document FROM run WHERE seq IN (${ids})`) as {
    seq: number;
    document: string;
  }[];
  return documents.flatMap(({ seq, document }) => {
    const looked = JSON.parse(document) as LookedInto;
    return places.flatMap(({ id, name, path }) =>
      valueEntries(looked, path, name).map((value) => ({ id, seq, value: stored(value, dialect) })),
    );
  });
}

function stored(value: FieldValue, dialect: SearchDialect): Fragment {
  return sql`${dialect.indexed(value)}`;
}

/** Inserts missing rows. */
export function* insertRows(rows: readonly ValueRow[]): Work<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    const values = rows
      .slice(at, at + ROWS_PER_STATEMENT)
      .map(({ id, value, seq }) => sql`(${id}, ${value}, ${seq})`);
    yield sql`INSERT INTO value_field (path_id, value, seq) VALUES ${list(values)} ON CONFLICT DO NOTHING`;
  }
}

/** Removes runs from the index, before their documents are changed or deleted. */
export function* removeRunValues(dialect: SearchDialect, seqs: readonly number[]): Work<void> {
  for (const { id, value, seq } of yield* allRowsOf(dialect, seqs))
    yield sql`DELETE FROM value_field WHERE path_id = ${id} AND value = ${value} AND seq = ${seq}`;
}

/** Adds runs to the index, after their documents have changed. */
export function* addRunValues(dialect: SearchDialect, seqs: readonly number[]): Work<void> {
  yield* insertRows(yield* allRowsOf(dialect, seqs));
}

function* allRowsOf(dialect: SearchDialect, seqs: readonly number[]): Work<ValueRow[]> {
  const places = (yield* namedPlaces(dialect)).flatMap(readPlace);
  const rows: ValueRow[] = [];
  for (const of of BOTH) {
    const wanted = places.filter(({ path }) => path.of === of);
    rows.push(...(yield* rowsOf(dialect, wanted, of, seqs)));
  }
  return rows;
}
