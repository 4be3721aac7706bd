/**
 * Compares derived rows with those that the facts yield, one page of runs at a time. It writes nothing. Node only.
 * @module
 */
import type { LinkStatements } from '../interface/linking';
import { namedBy } from '../link-nodes';
import { checkRunData } from './check-data';
import { keyList, LinkDatabase } from './database';
import { deriveLinks } from './derive';
import { differences } from './stored-links';
import { type LinkFault, Tally } from './tally';

/** The result of one page of the check. */
export interface CheckedLinks {
  /** The number of runs that were compared. */
  checked: number;
  faults: LinkFault[];
  /** `seq` of the last run of the page. Absent on the last page. */
  next?: number;
  /** Chain links and runs that are not derived yet. If present, nothing was compared. */
  behind?: number;
}

/** Compares runs after a `seq`. All statements must see one snapshot. */
export async function checkLinks(
  statements: LinkStatements,
  after: number,
  limit: number,
): Promise<CheckedLinks> {
  const db = new LinkDatabase(statements);
  await db.begin();
  const behind = await countBehind(db);
  if (behind > 0) return { checked: 0, faults: [], behind };
  const runs = await db.query<{ seq: number; uid: string }>(
    'SELECT seq, uid FROM run WHERE seq > ? ORDER BY seq LIMIT ?',
    after,
    limit,
  );
  const seqs = runs.map(({ seq }) => seq);
  const tally = new Tally();
  if (runs.length > 0) {
    await compareLinks(db, seqs, tally);
    await checkRunData(db, seqs, tally);
  }
  const faults = runs.flatMap(({ seq, uid }) => tally.faultOf(seq, uid) ?? []);
  return { checked: runs.length, faults, ...(runs.length === limit && { next: seqs.at(-1)! }) };
}

async function countBehind(db: LinkDatabase): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `SELECT coalesce((SELECT max(n) FROM chain), 0) - coalesce((SELECT chain_n FROM linker), 0)
       + (SELECT count(*) FROM link_todo) + (SELECT count(*) FROM link_spread) AS n`,
  );
  return Number(row!.n);
}

async function compareLinks(db: LinkDatabase, seqs: readonly number[], tally: Tally): Promise<void> {
  const found = await differences(db, await deriveLinks(db, seqs));
  for (const link of [...found.links, ...found.paths]) tally.miss(runOf(link));
  for (const link of [...found.surplus, ...found.surplus_paths]) tally.exceed(runOf(link));
  for (const { later } of found.wanted) tally.miss(namedBy(later).key);
  if (found.surplus_wanted.length === 0) return;
  const { sql, value } = keyList(db, found.surplus_wanted);
  const waiting = await db.query<{ later: number }>(
    `SELECT w.later FROM ${sql} x CROSS JOIN wanted_link w WHERE w.id = x.key`,
    value,
  );
  for (const { later } of waiting) tally.exceed(namedBy(later).key);
}

/** Returns the run whose facts a link follows from: the later end, or the generator of a version. */
function runOf({ earlier, later }: { earlier: number; later: number }): number {
  const end = namedBy(later);
  return end.type === 'run' ? end.key : namedBy(earlier).key;
}
