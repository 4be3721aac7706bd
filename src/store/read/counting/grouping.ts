/**
 * Counts of runs by shared values. The same for every dialect: columns are those of the view `runs`. Metadata comes from the
 * search tables, which contain a value once for all runs of a set. Node only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Literal } from '../../../filter/fields';
import { type FieldValue, literalOf, NULL_VALUE } from '../../metadata-index/field-values';
import type { Schema } from '../../schema';

/** A key by which runs are counted. */
export type GroupKey =
  /** A column of the view `runs`. */
  | { kind: 'column'; name: string }
  /** A metadata field. `paths` also includes `.name` below it, because an object is counted under its `name`. */
  | { kind: 'metadata'; paths: readonly string[] }
  /** An indexed place in results or arguments, by its full name. */
  | { kind: 'place'; path: string }
  /** The day on which a run opened (UTC), in days since 1970. */
  | { kind: 'day' };

/** Runs with the same values, in the order of the keys. A missing value is null. */
export interface RunGroup {
  values: (Literal | null)[];
  runs: number;
}

/** The number of `run.seq` per query. SQLite limits the number of parameters. */
const SEQS_PER_QUERY = 10_000;

/** Values by the number of a metadata set or of a run. */
interface FieldPlaces {
  sets: ReadonlyMap<number, Literal[]>;
  runs: ReadonlyMap<number, Literal[]>;
}

interface Row {
  metadata_id?: number;
  seq?: number;
  runs: number;
  [column: string]: unknown;
}

/**
 * Counts runs by keys. A run with several values of a field (an array) counts once for each.
 * @param seqs the runs to count; default: all
 */
export async function groupRuns(
  db: Kysely<Schema>,
  keys: readonly GroupKey[],
  seqs: readonly number[] | undefined,
  readValue: (stored: FieldValue) => FieldValue,
): Promise<RunGroup[]> {
  const places: (FieldPlaces | undefined)[] = [];
  for (const key of keys) places.push(await placesOf(db, key, readValue));
  const groups = new Map<string, RunGroup>();
  for await (const row of rowsOf(db, keys, places, seqs)) {
    const values = keys.map((key, i) => valuesOf(row, key, i, places[i]));
    for (const one of combinations(values)) {
      const name = JSON.stringify(one);
      const group = groups.get(name);
      if (group) group.runs += Number(row.runs);
      else groups.set(name, { values: one, runs: Number(row.runs) });
    }
  }
  return [...groups.values()];
}

async function* rowsOf(
  db: Kysely<Schema>,
  keys: readonly GroupKey[],
  places: readonly (FieldPlaces | undefined)[],
  seqs: readonly number[] | undefined,
): AsyncGenerator<Row> {
  const source = sourceOf(keys);
  const columns = keys.flatMap((key, i) => columnsOf(key, places[i], { i, source }));
  const names = [...new Map(columns.map((column) => [column.name, column])).values()];
  const wanted = sql.join([
    ...names.map(({ name, value }) => sql`${value} AS ${sql.ref(name)}`),
    sql`count(*) AS runs`,
  ]);
  const groups = names.length === 0 ? sql`` : sql`GROUP BY ${sql.join(names.map(({ value }) => value))}`;
  const ask = async (condition: RawBuilder<unknown>) =>
    (await sql<Row>`SELECT ${wanted} FROM ${source.tables} WHERE ${condition} ${groups}`.execute(db)).rows;
  if (seqs === undefined) {
    yield* await ask(sql`1 = 1`);
    return;
  }
  for (let from = 0; from < seqs.length; from += SEQS_PER_QUERY)
    yield* await ask(
      sql`${sql.ref(source.run)}.seq IN (${sql.join(seqs.slice(from, from + SEQS_PER_QUERY))})`,
    );
}

/** Columns of the view that are in a small table. They are counted there, without the view's other joins. */
const SMALL: Readonly<Record<string, RawBuilder<unknown>>> = {
  activity_type: sql`k.activity_type`,
  workflow_type: sql`nullif(k.workflow_type, '')`,
  namespace: sql`k.namespace`,
  task_queue: sql`k.task_queue`,
  lab: sql`l.name`,
};

/** The tables in which runs are counted, and the alias of the table with the runs' own columns. */
interface Source {
  tables: RawBuilder<unknown>;
  run: 'r' | 'v';
  column(name: string): RawBuilder<unknown>;
}

function sourceOf(keys: readonly GroupKey[]): Source {
  const columns = keys.flatMap((key) => (key.kind === 'column' ? [key.name] : []));
  const small = columns.every((name) => name in SMALL);
  const column = (name: string) => (small ? SMALL[name]! : sql`${sql.ref(`v.${name}`)}`);
  const ofSets = keys.some(({ kind }) => kind === 'metadata' || kind === 'place');
  if (!small && !ofSets) return { tables: sql`runs v`, run: 'v', column };
  if (!small) return { tables: sql`run r JOIN runs v ON v.seq = r.seq`, run: 'r', column };
  const kinds = columns.some((name) => name !== 'lab') ? sql`JOIN kind k ON k.id = r.kind_id` : sql``;
  const labs = columns.includes('lab') ? sql`JOIN lab l ON l.id = r.lab_id` : sql``;
  return { tables: sql`run r ${kinds} ${labs}`, run: 'r', column };
}

function columnsOf(
  key: GroupKey,
  places: FieldPlaces | undefined,
  { i, source }: { i: number; source: Source },
): { name: string; value: RawBuilder<unknown> }[] {
  if (key.kind === 'column') return [{ name: `k${i}`, value: source.column(key.name) }];
  const run = (name: string) => sql`${sql.ref(`${source.run}.${name}`)}`;
  if (key.kind === 'day') return [{ name: 'day', value: sql`floor(${run('time')} / 86400)` }];
  const set = { name: 'metadata_id', value: run('metadata_id') };
  return places!.runs.size === 0 ? [set] : [set, { name: 'seq', value: run('seq') }];
}

function valuesOf(row: Row, key: GroupKey, i: number, places: FieldPlaces | undefined): (Literal | null)[] {
  if (key.kind === 'day') return [Number(row.day)];
  if (key.kind === 'column') return [(row[`k${i}`] as Literal | null) ?? null];
  const own = row.seq === undefined ? undefined : places!.runs.get(Number(row.seq));
  return own ?? places!.sets.get(Number(row.metadata_id)) ?? [null];
}

async function placesOf(
  db: Kysely<Schema>,
  key: GroupKey,
  readValue: (stored: FieldValue) => FieldValue,
): Promise<FieldPlaces | undefined> {
  const read = async (table: 'metadata_field' | 'run_field' | 'value_field', paths: RawBuilder<unknown>) => {
    const id = table === 'metadata_field' ? 'metadata_id' : 'seq';
    const { rows } = await sql<{ id: number; value: FieldValue }>`
      SELECT f.${sql.ref(id)} AS id, f.value FROM ${sql.table(table)} f WHERE f.path_id IN (${paths})`.execute(
      db,
    );
    const found = new Map<number, Literal[]>();
    for (const row of rows) {
      const value = shownValue(readValue(row.value));
      if (value !== undefined) found.set(Number(row.id), [...(found.get(Number(row.id)) ?? []), value]);
    }
    return found;
  };
  if (key.kind === 'place')
    return {
      sets: new Map(),
      runs: await read('value_field', sql`SELECT id FROM value_path WHERE path = ${key.path}`),
    };
  if (key.kind !== 'metadata') return undefined;
  const paths = sql`SELECT id FROM path WHERE path IN (${sql.join([...key.paths])})`;
  return { sets: await read('metadata_field', paths), runs: await read('run_field', paths) };
}

/** Returns the value in a search table; for long text its beginning. Undefined for null and for marks. */
export function shownValue(stored: FieldValue): Literal | undefined {
  const literal = literalOf(stored);
  if (literal !== undefined || stored === NULL_VALUE || typeof stored === 'number') return literal;
  return stored.startsWith('s:') ? `${stored.slice(2).split('\u001f')[0]}…` : undefined;
}

function combinations(values: readonly (Literal | null)[][]): (Literal | null)[][] {
  return values.reduce<(Literal | null)[][]>(
    (all, some) => all.flatMap((one) => some.map((value) => [...one, value])),
    [[]],
  );
}
