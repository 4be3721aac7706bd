/**
 * Runs whose links can change because of new facts. Their links are derived again: many in this page, the rest in later pages.
 * Node only.
 * @module
 */
import type { LinkValue } from '../interface/linking';
import { keyList, type LinkDatabase } from './database';

/**
 * Kinds of subjects whose uses are affected: a version, an artifact or a content. `members`: runs that used or generated a
 * collection and receive its members later.
 */
export const SPREADS = { version: 1, artifact: 2, content: 3, members: 4 } as const;
/** The kind of a spread. */
export type SpreadKind = keyof typeof SPREADS;

/** A time before all others. */
export const EVER = -1e300;
/** The highest number of runs that one statement returns. */
const MOST_RUNS = 5_000;

/** The runs that the facts of one page affect. */
export class Affected {
  readonly runs = new Set<number>();
  readonly #spreads = new Map<SpreadKind, Map<number, number>>();

  /** Adds the uses of a subject after a time (UNIX seconds). */
  spread(kind: SpreadKind, key: number, after: number): void {
    const spreads = this.#spreads.get(kind) ?? new Map<number, number>();
    this.#spreads.set(kind, spreads);
    spreads.set(key, Math.min(after, spreads.get(key) ?? after));
  }

  /** Removes the spreads of a kind and returns them. */
  take(kind: SpreadKind): [key: number, after: number][] {
    const spreads = [...(this.#spreads.get(kind) ?? [])];
    this.#spreads.delete(kind);
    return spreads;
  }
}

/** Adds the runs (`seq`) that a query returns. If there are very many, they are put into `link_todo` instead. */
export async function addRuns(
  db: LinkDatabase,
  affected: Affected,
  query: string,
  ...values: LinkValue[]
): Promise<void> {
  const rows = await db.query<{ seq: number }>(`${query} LIMIT ${MOST_RUNS + 1}`, ...values);
  if (rows.length <= MOST_RUNS) {
    for (const { seq } of rows) affected.runs.add(seq);
    return;
  }
  const insert = `INSERT INTO link_todo SELECT q.seq FROM (${query}) q WHERE true ON CONFLICT DO NOTHING`;
  await db.query(insert, ...values);
}

/** Leaves runs to a later page. */
export async function postpone(db: LinkDatabase, runs: Iterable<number>): Promise<void> {
  const { sql, value } = keyList(db, runs);
  await db.query(`INSERT INTO link_todo SELECT x.key FROM ${sql} x WHERE true ON CONFLICT DO NOTHING`, value);
}

/** Finds the runs of all spreads. Spreads with very many runs are put into `link_spread` instead. */
export async function resolveSpreads(db: LinkDatabase, affected: Affected): Promise<void> {
  await keepSpreads(db, 'members', affected.take('members'));
  await resolveContents(db, affected);
  await resolveUses(db, affected, 'version', 'version_id');
  await resolveUses(db, affected, 'artifact', 'artifact_id');
}

async function resolveContents(db: LinkDatabase, affected: Affected): Promise<void> {
  const spreads = affected.take('content');
  if (spreads.length === 0) return;
  const { sql, value } = db.list({ key: 'integer', time: 'real' }, spreads);
  const rows = await db.query<{ id: number; time: number }>(
    `SELECT v.id, x.time FROM ${sql} x CROSS JOIN version v WHERE v.content_id = x.key LIMIT ${MOST_RUNS + 1}`,
    value,
  );
  if (rows.length > MOST_RUNS) await keepSpreads(db, 'content', spreads);
  else for (const { id, time } of rows) affected.spread('version', id, time);
}

async function resolveUses(
  db: LinkDatabase,
  affected: Affected,
  kind: SpreadKind,
  column: string,
): Promise<void> {
  const spreads = affected.take(kind);
  if (spreads.length === 0) return;
  const { sql, value } = db.list({ key: 'integer', time: 'real' }, spreads);
  const rows = await db.query<{ seq: number }>(
    `SELECT d.seq FROM ${sql} x CROSS JOIN run_data d WHERE d.${column} = x.key AND d.direction = 1 AND d.time > x.time
     LIMIT ${MOST_RUNS + 1}`,
    value,
  );
  if (rows.length > MOST_RUNS) await keepSpreads(db, kind, spreads);
  else for (const { seq } of rows) affected.runs.add(seq);
}

/** Leaves spreads to later pages. A spread that is already in progress starts again, from the earlier of both times. */
export async function keepSpreads(
  db: LinkDatabase,
  kind: SpreadKind,
  spreads: readonly (readonly [key: number, after: number])[],
): Promise<void> {
  if (spreads.length === 0) return;
  const { sql, value } = db.list({ key: 'integer', time: 'real' }, spreads);
  await db.query(
    `INSERT INTO link_spread (what, key, time, seq) SELECT ${SPREADS[kind]}, x.key, x.time, 0 FROM ${sql} x WHERE true
     ON CONFLICT (what, key) DO UPDATE SET seq = 0,
       time = CASE WHEN excluded.time < link_spread.time THEN excluded.time ELSE link_spread.time END`,
    value,
  );
}
