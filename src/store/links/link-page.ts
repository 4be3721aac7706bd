/**
 * One page of the linker. Node only.
 * @module
 */
import type { LinkPage, LinkStatements } from '../interface/linking';
import { Affected, postpone } from './affected';
import { takeChainPage } from './chain-page';
import { keyList, LinkDatabase } from './database';
import { deriveLinks } from './derive';
import { replaceLinks } from './replace';
import { takeSpreadPage } from './spreads';

/** Runs that are in memory at once: one can have a thousand pieces of data. */
const RUNS_AT_ONCE = 100;

/**
 * Derives links from facts that were recorded since the last page, or continues the work that earlier pages left. Links are a
 * function of facts: neither the size of pages nor the order in which facts arrive changes the result. The caller holds a lock on
 * the row of `linker` until the transaction ends.
 * @param limit the approximate number of documents or runs in a page
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
