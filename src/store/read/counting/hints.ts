/**
 * Hints for readers whose search found nothing: labs with runs, existing fields and values. The cost of each read depends on its
 * answer, never on the size of the store. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Literal } from '../../../filter/fields';
import { encodePrefix, type FieldValue, literalOf } from '../../metadata-index/field-values';
import type { Schema } from '../../schema';

/** A lab with its number of runs, counted up to a limit. */
export interface LabRuns {
  lab: string;
  runs: number;
}

/** Selects the runs of each lab to count. */
export interface LabRunsQuery {
  /** The highest count per lab. */
  most: number;
  /** Only runs with this scan id. */
  scan_id?: number;
}

const MOST_LABS = 1000;

/** Returns labs that have runs, by name. */
export async function readLabRuns(db: Kysely<Schema>, { most, scan_id }: LabRunsQuery): Promise<LabRuns[]> {
  const number = scan_id === undefined ? sql`` : sql`AND run.scan_id = ${scan_id}`;
  const { rows } = await sql<LabRuns>`
    SELECT lab.name AS lab,
      (SELECT count(*) FROM (SELECT 1 FROM run WHERE run.lab_id = lab.id ${number} LIMIT ${sql.lit(most)}) counted) AS runs
    FROM lab ORDER BY lab.name LIMIT ${sql.lit(MOST_LABS)}`.execute(db);
  return rows.map(({ lab, runs }) => ({ lab, runs: Number(runs) })).filter(({ runs }) => runs > 0);
}

/** The last code point. A prefix followed by it sorts after every text with that prefix. */
const LAST = '\u{10ffff}';

/** Returns paths of metadata fields of runs, by name. `prefix`: only paths that begin with it. */
export async function readPaths(db: Kysely<Schema>, limit: number, prefix = ''): Promise<string[]> {
  const begins = prefix === '' ? sql`` : sql`AND path >= ${prefix} AND path < ${prefix + LAST}`;
  const { rows } = await sql<{ path: string }>`
    SELECT path FROM path WHERE (in_sets > 0 OR in_runs > 0) ${begins} ORDER BY path LIMIT ${sql.lit(limit)}`.execute(
    db,
  );
  return rows.map(({ path }) => path);
}

/** Known fields whose values are in a small table, with the table and column. */
const SMALL: Readonly<Record<string, readonly [table: string, column: string]>> = {
  lab: ['lab', 'name'],
  activity_type: ['kind', 'activity_type'],
  workflow_type: ['kind', 'workflow_type'],
  task_queue: ['kind', 'task_queue'],
  namespace: ['kind', 'namespace'],
};

/** Selects values of a metadata field. */
export interface FieldValuesQuery {
  path: string;
  /** The highest number of values from metadata sets, and also of those from single runs. */
  limit: number;
  /** Only texts that begin with it. */
  prefix?: string;
}

/** Returns distinct values of a metadata field. */
export async function readFieldValues(
  db: Kysely<Schema>,
  query: FieldValuesQuery,
  readValue: (stored: FieldValue) => FieldValue,
): Promise<Literal[]> {
  const values = new Set<Literal>();
  for (const table of ['metadata_field', 'run_field']) {
    const { rows } = await distinct(table, query).execute(db);
    for (const { value } of rows) {
      const literal = literalOf(readValue(value));
      if (literal !== undefined) values.add(literal);
    }
  }
  return [...values];
}

/** Steps from one value to the next in the index. The number of steps is the number of values, not of rows. */
function distinct(
  name: string,
  { path, limit, prefix }: FieldValuesQuery,
): RawBuilder<{ value: FieldValue }> {
  const table = sql.table(name);
  const path_id = sql`(SELECT id FROM path WHERE path = ${path})`;
  const low = prefix === undefined ? undefined : encodePrefix(prefix);
  const [from, to] =
    low === undefined ? [sql``, sql``] : [sql`AND f.value >= ${low}`, sql`AND f.value < ${low + LAST}`];
  return sql`
    WITH RECURSIVE known(value) AS (
      SELECT min(f.value) FROM ${table} f WHERE f.path_id = ${path_id} ${from} ${to}
      UNION ALL
      SELECT (SELECT min(f.value) FROM ${table} f WHERE f.path_id = ${path_id} AND f.value > known.value ${to})
        FROM known WHERE known.value IS NOT NULL)
    SELECT value FROM known WHERE value IS NOT NULL LIMIT ${sql.lit(limit)}`;
}

/** Returns distinct values of a known field; undefined if they are not in a small table. */
export async function readColumnValues(
  db: Kysely<Schema>,
  name: string,
  limit: number,
): Promise<string[] | undefined> {
  const place = SMALL[name];
  if (!place) return undefined;
  const [table, column] = place;
  const { rows } = await sql<{ value: string }>`
    SELECT DISTINCT ${sql.ref(column)} AS value FROM ${sql.table(table)} WHERE ${sql.ref(column)} <> '' LIMIT ${sql.lit(limit)}`.execute(
    db,
  );
  return rows.map(({ value }) => value);
}
