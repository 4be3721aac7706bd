/**
 * The metadata fields of runs: the number of runs, the types and the values. They are read from the search tables and the index
 * of sets, without reading documents. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Literal } from '../../../filter/fields';
import type { FieldValue } from '../../metadata-index/field-values';
import type { Schema } from '../../schema';
import { UNSEEN_VALUE } from '../../value-index/entries';
import { shownValue } from './grouping';

/** The type of a value in a document. */
export type FieldType = 'number' | 'text' | 'boolean' | 'null' | 'array' | 'object';

/** A metadata field that runs carry. */
export interface FieldUse {
  /** Keys joined by '.'. */
  path: string;
  /** Runs that have it. */
  runs: number;
  /** Types of its values, with the number of runs that have such a value. Runs can have different types. */
  types: { type: FieldType; runs: number }[];
  /**
   * Only for an indexed place in results or arguments. `since`: when it was named (UNIX seconds). `complete`: all documents were
   * read. `unseen`: the number of runs whose value can't be read there.
   */
  indexed?: { since: number; complete: boolean; unseen: number };
  /** The most frequent values, with long text cut. Only if a single field was requested. */
  values?: { value: Literal; runs: number }[];
}

/** SQL of a value's type. A value in the search tables begins with a mark of its type; numbers sort before all text. */
export const VALUE_TYPE = sql`CASE WHEN f.value < 'a:' THEN 'number' WHEN f.value < 'b:' THEN 'array' WHEN f.value < 'n:' THEN 'boolean'
  WHEN f.value < 'o:' THEN 'null' WHEN f.value < 's:' THEN 'object' ELSE 'text' END`;
const USED = sql`used AS (SELECT metadata_id, count(*) AS runs FROM run GROUP BY metadata_id)`;

/** Returns fields by path. `below`: only this field and those below it. */
export async function readFieldUse(db: Kysely<Schema>, below?: string): Promise<FieldUse[]> {
  const wanted =
    below === undefined
      ? sql`1 = 1`
      : sql`(p.path = ${below} OR substr(p.path, 1, ${[...below].length + 1}) = ${`${below}.`})`;
  const { rows } = await sql<{ path: string; type: FieldType; runs: number }>`
    WITH ${USED}, held AS (SELECT DISTINCT f.path_id, ${VALUE_TYPE} AS type, f.metadata_id FROM metadata_field f JOIN path p ON p.id = f.path_id WHERE ${wanted}),
      types AS (
        SELECT path_id, type, sum(runs) AS runs FROM held JOIN used USING (metadata_id) GROUP BY path_id, type
        UNION ALL
        SELECT path_id, type, count(*) FROM (SELECT DISTINCT f.path_id, ${VALUE_TYPE} AS type, f.seq
          FROM run_field f JOIN path p ON p.id = f.path_id WHERE ${wanted}) own GROUP BY path_id, type)
    SELECT p.path, t.type, sum(t.runs) AS runs FROM types t JOIN path p ON p.id = t.path_id
    GROUP BY p.path, t.type ORDER BY p.path, 3 DESC, t.type`.execute(db);
  const fields = new Map<string, FieldUse>();
  const counts = new Map((await countFields(db)).map(({ path, runs }) => [path, runs]));
  for (const { path, type, runs } of rows) {
    const field = fields.get(path) ?? { path, runs: counts.get(path) ?? 0, types: [] };
    field.types.push({ type, runs: Number(runs) });
    fields.set(path, field);
  }
  return [...fields.values()];
}

/** Counts the runs of each metadata path. */
async function countFields(db: Kysely<Schema>): Promise<{ path: string; runs: number }[]> {
  const { rows } = await sql<{ path: string; runs: number }>`
    WITH ${USED}, held AS (SELECT DISTINCT path_id, metadata_id FROM metadata_field),
      of_sets AS (SELECT path_id, sum(runs) AS runs FROM held JOIN used USING (metadata_id) GROUP BY path_id),
      of_runs AS (SELECT path_id, count(DISTINCT seq) AS runs FROM run_field GROUP BY path_id)
    SELECT path, coalesce(of_sets.runs, 0) + coalesce(of_runs.runs, 0) AS runs FROM path
      LEFT JOIN of_sets ON of_sets.path_id = path.id LEFT JOIN of_runs ON of_runs.path_id = path.id`.execute(
    db,
  );
  return rows.map((row) => ({ path: row.path, runs: Number(row.runs) }));
}

/** Selects the values to count: of a metadata field, or of an indexed place in results or arguments. */
export interface CountedValues {
  path: string;
  indexed: boolean;
}

/** Returns the values of one field with their number of runs, the most frequent first. */
export async function readTopValues(
  db: Kysely<Schema>,
  { path, indexed }: CountedValues,
  limit: number,
  readValue: (stored: FieldValue) => FieldValue,
): Promise<{ value: Literal; runs: number }[]> {
  const found = indexed
    ? sql`SELECT f.value, count(*) AS runs FROM value_path p JOIN value_field f ON f.path_id = p.id WHERE p.path = ${path} GROUP BY f.value`
    : sql`SELECT f.value, sum(u.runs) AS runs FROM one JOIN metadata_field f ON f.path_id = one.id
          JOIN used u ON u.metadata_id = f.metadata_id GROUP BY f.value
        UNION ALL
        SELECT f.value, count(*) FROM one JOIN run_field f ON f.path_id = one.id GROUP BY f.value`;
  const { rows } = await sql<{ value: FieldValue; runs: number }>`
    WITH ${USED}, one AS (SELECT id FROM path WHERE path = ${path}), found AS (${found})
    SELECT value, sum(runs) AS runs FROM found WHERE value NOT IN ('a:', 'o:', 'n:', ${UNSEEN_VALUE})
    GROUP BY value ORDER BY 2 DESC, value LIMIT ${sql.lit(limit)}`.execute(db);
  return rows.flatMap(({ value, runs }) => {
    const shown = shownValue(readValue(value));
    return shown === undefined ? [] : [{ value: shown, runs: Number(runs) }];
  });
}
