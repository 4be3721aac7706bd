/**
 * Runs whose links may be others after some facts came: they are derived again, many at a time, the rest in later pages. Node only.
 * @module
 */
import type { LinkValue } from '../interface/linking';
import { keyList, type LinkDatabase } from './database';

/** Whose uses are meant: a version's, an artifact's or a content's; or runs that used or generated a collection, whose members come later. */
export const SPREADS = { version: 1, artifact: 2, content: 3, members: 4 } as const;
/** Kind of a spread. */
export type SpreadKind = keyof typeof SPREADS;

/** Before all times. */
export const EVER = -1e300;
/** Runs that one statement brings. */
const MOST_RUNS = 5_000;

/** What one page of facts changes. */
export class Affected {
  readonly runs = new Set<number>();
  readonly #spreads = new Map<SpreadKind, Map<number, number>>();

  /** Uses of it after a time (UNIX seconds). */
  spread(kind: SpreadKind, key: number, after: number): void {
    const spreads = this.#spreads.get(kind) ?? new Map<number, number>();
    this.#spreads.set(kind, spreads);
    spreads.set(key, Math.min(after, spreads.get(key) ?? after));
  }

  /** Spreads of a kind, which are forgotten here. */
  take(kind: SpreadKind): [key: number, after: number][] {
    const spreads = [...(this.#spreads.get(kind) ?? [])];
    this.#spreads.delete(kind);
    return spreads;
  }
}

/** Adds the runs (`seq`) that a query brings; where they are very many, they wait in `link_todo`. */
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

/** Runs wait for a later page. */
export async function postpone(db: LinkDatabase, runs: Iterable<number>): Promise<void> {
  const { sql, value } = keyList(db, runs);
  await db.query(`INSERT INTO link_todo SELECT x.key FROM ${sql} x WHERE true ON CONFLICT DO NOTHING`, value);
}

/** Finds the runs of all spreads where these are few; the others wait in `link_spread`. */
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

/** Keeps spreads for later pages. One that is under way already begins again where the two together have to. */
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
