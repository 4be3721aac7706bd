/**
 * One page of the linker.
 * @module
 */
import type { LinkPage, LinkStatements } from '../interface/linking';
import { Affected, postpone } from './affected';
import { takeChainPage } from './chain-page';
import { keyList, LinkDatabase } from './database';
import { deriveLinks } from './derive';
import { replaceLinks } from './replace';
import { takeSpreadPage } from './spreads';

/** Runs whose facts are in memory at once: one may have a thousand pieces of data. */
const RUNS_AT_ONCE = 100;

/**
 * Derives links from what was recorded since the last page, or goes on with what earlier pages left. Links are a function of facts:
 * whichever way the pages are cut, and in whatever order facts came, the links are the same in the end. Whoever calls it holds the row of
 * `linker` until the transaction ends.
 * @param limit documents, or runs, that a page goes through, more or less
 */
export async function linkPage(statements: LinkStatements, limit: number): Promise<LinkPage> {
  const db = new LinkDatabase(statements);
  await db.begin();
  const todo = await takeTodo(db, limit);
  if (todo > 0) return { done: false, handled: todo };
  const spread = await takeSpreadPage(db, limit);
  if (spread !== undefined) return { done: false, handled: spread };
  const affected = new Affected();
  const documents = await takeChainPage(db, affected, limit);
  if (documents === 0) return { done: true, handled: 0 };
  const runs = [...affected.runs];
  await relink(db, runs.slice(0, limit));
  if (runs.length > limit) await postpone(db, runs.slice(limit));
  return { done: false, handled: documents };
}

async function takeTodo(db: LinkDatabase, limit: number): Promise<number> {
  const rows = await db.query<{ seq: number }>('SELECT seq FROM link_todo ORDER BY seq LIMIT ?', limit);
  if (rows.length === 0) return 0;
  const seqs = rows.map(({ seq }) => seq);
  await relink(db, seqs);
  const { sql, value } = keyList(db, seqs);
  await db.query(`DELETE FROM link_todo WHERE seq IN (SELECT x.key FROM ${sql} x)`, value);
  return rows.length;
}

/** Derives the links of these runs again. */
async function relink(db: LinkDatabase, seqs: readonly number[]): Promise<void> {
  for (let from = 0; from < seqs.length; from += RUNS_AT_ONCE)
    await replaceLinks(db, await deriveLinks(db, seqs.slice(from, from + RUNS_AT_ONCE)));
}
