/**
 * Finds heirs of a run: runs that received a value from it, retried it, or used data that it generated. Node only.
 * @module
 */
import { isNodeSql, runOfNodeSql } from '../store/link-nodes';
import type { UpkeepDatabase } from './database';

/** Runs per query. Mostly one heir is enough to decide, and some runs have a million heirs. */
const PER_PAGE = 500;

const HEIRS = `SELECT DISTINCT h.later FROM (
    SELECT l.later FROM link l WHERE l.earlier = ?
    UNION ALL
    SELECT u.later FROM link g JOIN link u ON u.earlier = g.later WHERE g.earlier = ? AND ${isNodeSql('g.later', 'version')}
  ) h
  WHERE ${isNodeSql('h.later', 'run')} AND h.later > ? AND EXISTS (SELECT 1 FROM run r WHERE r.seq = ${runOfNodeSql('h.later')})
  ORDER BY h.later LIMIT ${PER_PAGE}`;

/**
 * True if an heir of a run stays.
 * @param going nodes of runs that will be deleted
 */
export async function hasHeir(
  database: UpkeepDatabase,
  node: number,
  going: readonly ReadonlySet<number>[],
): Promise<boolean> {
  for (let after = -1; ; ) {
    const rows = await database.query<{ later: number }>(HEIRS, [node, node, after]);
    if (rows.some(({ later }) => later !== node && !going.some((nodes) => nodes.has(later)))) return true;
    if (rows.length < PER_PAGE) return false;
    after = rows.at(-1)!.later;
  }
}
