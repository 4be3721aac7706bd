/**
 * The documents of chain entries, with their labs. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { JsonObject } from '../../model/json';
import type { ChainEntry } from '../integrity/digests';
import { readText } from '../marked-text';
import type { Schema } from '../schema';
import { readExecutions } from './execution-documents';
import { readRuns } from './run-documents';

/** A chain entry with its position. */
export interface Changed extends ChainEntry {
  state_id: number;
  /** Number within its transaction. */
  ordinal: number;
  /** True for the last document of its transaction. */
  last: boolean;
}

/** A document and its lab, if known. */
interface Found {
  lab?: string;
  document: JsonObject;
}

/** Documents by `seq` or `id`. */
type Documents = ReadonlyMap<number, Found>;
type Reading = (db: Kysely<Schema>, refs: readonly number[]) => Promise<Documents>;

/**
 * Returns the documents of entries, in order. Undefined for one that was removed or replaced: its replacement has its own entry.
 */
export async function documentsOf(
  db: Kysely<Schema>,
  entries: readonly Changed[],
): Promise<(Found | undefined)[]> {
  const byKind = new Map<string, Documents>();
  const removed = new Set<string>();
  for (const kind of new Set(entries.map((entry) => entry.kind))) {
    const refs = [...new Set(entries.filter((entry) => entry.kind === kind).map(({ ref }) => ref))];
    byKind.set(kind, await (READINGS[kind] ?? none)(db, refs));
    for (const stone of await stonesOf(db, kind, refs)) removed.add(stone);
  }
  return entries.map(({ kind, ref, digest }) =>
    removed.has(stoneName(kind, ref, digest)) ? undefined : byKind.get(kind)?.get(ref),
  );
}

const none: Reading = async () => new Map();

/** Another document may have received the key of a deleted one. Only the digest distinguishes them. */
async function stonesOf(db: Kysely<Schema>, kind: string, refs: readonly number[]): Promise<string[]> {
  const rows = await db
    .selectFrom('tombstone')
    .select(['ref', 'digest'])
    .where('what', '=', kind)
    .where('ref', 'in', refs)
    .execute();
  return rows.map(({ ref, digest }) => stoneName(kind, Number(ref), Buffer.from(digest).toString('latin1')));
}

function stoneName(kind: string, ref: number, digest: string): string {
  return `${kind} ${ref} ${digest}`;
}

const READINGS: Readonly<Record<string, Reading>> = {
  start: ofRuns('start'),
  stop: ofRuns('stop'),
  settled: ofRuns('settled'),
  execution: ofExecutions,
  data: (db, refs) =>
    texts(
      db,
      sql`SELECT d.id AS ref, d.document, lab.name AS lab FROM data d LEFT JOIN run ON run.uid = d.run_start
      LEFT JOIN lab ON lab.id = run.lab_id WHERE d.id IN (${sql.join(refs)})`,
    ),
  digest: (db, refs) =>
    texts(db, sql`SELECT id AS ref, document FROM digest WHERE id IN (${sql.join(refs)})`),
  origins: (db, refs) =>
    texts(
      db,
      sql`SELECT o.id AS ref, o.document, ${labOfExecution(sql`e.id`)} AS lab FROM origins o
      LEFT JOIN execution e ON e.run_id = o.run_id WHERE o.id IN (${sql.join(refs)})`,
    ),
  environment: (db, refs) =>
    texts(
      db,
      sql`SELECT id AS ref, document FROM environment WHERE id IN (${sql.join(refs)}) AND document IS NOT NULL`,
    ),
  refusal: ofRefusals,
  tombstone: ofTombstones,
};

/** Returns the lab of an execution's first run; null if it has no run. */
function labOfExecution(id: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`(SELECT l.name FROM run r JOIN lab l ON l.id = r.lab_id WHERE r.execution_id = ${id} ORDER BY r.seq LIMIT 1)`;
}

async function texts(
  db: Kysely<Schema>,
  query: RawBuilder<{ ref: number; document: string; lab?: string | null }>,
): Promise<Documents> {
  const { rows } = await query.execute(db);
  return new Map(
    rows.map(({ ref, document, lab }) => [
      Number(ref),
      { document: JSON.parse(document) as JsonObject, ...(lab != null && { lab: readText(lab) }) },
    ]),
  );
}

function ofRuns(name: 'start' | 'stop' | 'settled'): Reading {
  return async (db, refs) => {
    const rows = await db.selectFrom('run').select(['seq', 'uid']).where('seq', 'in', refs).execute();
    const keys = new Map(rows.map(({ seq, uid }) => [readText(uid), Number(seq)]));
    const found = new Map<number, Found>();
    for (const run of await readRuns(db, refs)) {
      const [key, document] = [keys.get(run.start.uid), run[name]];
      if (key === undefined || !document) continue;
      found.set(key, { lab: run.start.provenance.lab, document: document as never });
    }
    return found;
  };
}

async function ofExecutions(db: Kysely<Schema>, refs: readonly number[]): Promise<Documents> {
  const { rows } = await sql<{ id: number; lab: string | null }>`
    SELECT e.id, ${labOfExecution(sql`e.id`)} AS lab FROM execution e WHERE e.id IN (${sql.join(refs)})`.execute(
    db,
  );
  const found = new Map<number, Found>();
  for (const { id, lab } of rows) {
    const [execution] = await readExecutions(db, [id]);
    const document = execution?.settled;
    if (document)
      found.set(Number(id), { document: document as never, ...(lab !== null && { lab: readText(lab) }) });
  }
  return found;
}

async function ofRefusals(db: Kysely<Schema>, refs: readonly number[]): Promise<Documents> {
  const rows = await db
    .selectFrom('refusal')
    .innerJoin('lab', 'lab.id', 'refusal.lab_id')
    .select(['refusal.id', 'refusal_id', 'refusal.time', 'lab.name as lab', 'issues', 'document'])
    .where('refusal.id', 'in', refs)
    .execute();
  return new Map(
    rows.map(({ id, time, document, ...row }) => {
      const [refusal_id, lab] = [readText(row.refusal_id), readText(row.lab)];
      const whole = { refusal_id, time, lab, issues: JSON.parse(row.issues), ...JSON.parse(document) };
      return [Number(id), { lab, document: whole as JsonObject }];
    }),
  );
}

/** Returns what was removed: its name, time and reason. */
async function ofTombstones(db: Kysely<Schema>, refs: readonly number[]): Promise<Documents> {
  const rows = await db
    .selectFrom('tombstone')
    .select(['id', 'what', 'name', 'time', 'replacement', 'reason'])
    .where('id', 'in', refs)
    .execute();
  return new Map(
    rows.map(({ id, what, name, time, replacement, reason }) => [
      Number(id),
      {
        document: {
          what,
          name: readText(name),
          time,
          replaced: replacement !== null,
          reason: readText(reason),
        },
      },
    ]),
  );
}
