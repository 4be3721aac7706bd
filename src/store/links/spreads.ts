/**
 * Processes data that is used so often that its uses fill many pages. Node only.
 * @module
 */
import { Affected, keepSpreads, postpone, resolveSpreads, SPREADS } from './affected';
import type { LinkDatabase } from './database';
import { memberData, readMembers } from './members';
import { addRunData, DIRECTIONS, type RunDatum } from './run-data';

interface SpreadRow {
  what: number;
  key: number;
  time: number;
  seq: number;
}

/**
 * Processes one page of one spread.
 * @returns the number of rows processed; undefined if no spread is left
 */
export async function takeSpreadPage(db: LinkDatabase, limit: number): Promise<number | undefined> {
  const [spread] = await db.query<SpreadRow>('SELECT what, key, time, seq FROM link_spread LIMIT 1');
  if (!spread) return undefined;
  if (spread.what === SPREADS.content) return contentPage(db, spread, limit);
  if (spread.what === SPREADS.members) return memberPage(db, spread, limit);
  return usePage(db, spread, limit);
}

async function usePage(db: LinkDatabase, spread: SpreadRow, limit: number): Promise<number> {
  const column = spread.what === SPREADS.version ? 'version_id' : 'artifact_id';
  const rows = await db.query<{ time: number; seq: number }>(
    `SELECT d.time, d.seq FROM run_data d WHERE d.${column} = ? AND d.direction = ${DIRECTIONS.used} AND (d.time, d.seq) > (?, ?)
     ORDER BY d.time, d.seq LIMIT ?`,
    spread.key,
    spread.time,
    spread.seq,
    limit,
  );
  await postpone(
    db,
    rows.map(({ seq }) => seq),
  );
  await goOn(db, spread, rows.length < limit ? undefined : rows.at(-1)!);
  return rows.length;
}

/** Processes a page of the versions of a content. The uses of each version follow. */
async function contentPage(db: LinkDatabase, spread: SpreadRow, limit: number): Promise<number> {
  const rows = await db.query<{ id: number }>(
    'SELECT v.id FROM version v WHERE v.content_id = ? AND v.id > ? ORDER BY v.id LIMIT ?',
    spread.key,
    spread.seq,
    limit,
  );
  await keepSpreads(
    db,
    'version',
    rows.map(({ id }) => [id, spread.time]),
  );
  await goOn(db, spread, rows.length < limit ? undefined : { time: spread.time, seq: rows.at(-1)!.id });
  return rows.length;
}

interface MemberRow {
  seq: number;
  direction: number;
  evidence: number;
  time: number;
  start: number;
}

/** Runs per page that receive the members of a collection: each receives up to a thousand. */
const RUNS_PER_PAGE = 20;

/** Processes a page of runs that used or generated a collection. They receive its members. */
async function memberPage(db: LinkDatabase, spread: SpreadRow, limit: number): Promise<number> {
  const most = Math.min(limit, RUNS_PER_PAGE);
  const runs = await db.query<MemberRow>(
    `SELECT d.seq, d.direction, d.evidence, d.time, r.time AS start FROM run_data d JOIN run r ON r.seq = d.seq
     WHERE d.version_id = ? AND d.direction < ${DIRECTIONS.mentioned} AND (d.time, d.seq) > (?, ?) ORDER BY d.time, d.seq LIMIT ?`,
    spread.key,
    spread.time,
    spread.seq,
    most,
  );
  const data = runs.map((run) => datumOf(spread.key, run));
  const affected = new Affected();
  await addRunData(db, affected, memberData(data, await readMembers(db, [spread.key])));
  await resolveSpreads(db, affected);
  await postpone(db, affected.runs);
  await goOn(db, spread, runs.length < most ? undefined : runs.at(-1)!);
  return runs.length;
}

/** Returns the run's relation to the collection. */
function datumOf(version_id: number, { seq, direction, evidence, time, start }: MemberRow): RunDatum {
  const related = direction === DIRECTIONS.used ? 'used' : 'generated';
  return { seq, start, version_id, artifact_id: 0, direction: related, evidence, time, paths: [] };
}

/** Stores the position of the spread, or deletes it if it is finished. */
async function goOn(
  db: LinkDatabase,
  { what, key }: SpreadRow,
  last: { time: number; seq: number } | undefined,
): Promise<void> {
  if (last === undefined) await db.query('DELETE FROM link_spread WHERE what = ? AND key = ?', what, key);
  else
    await db.query(
      'UPDATE link_spread SET time = ?, seq = ? WHERE what = ? AND key = ?',
      last.time,
      last.seq,
      what,
      key,
    );
}
