/**
 * The links that are left to derive. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { LinkState } from '../interface/linking';
import type { Schema } from '../schema';

/** Rows are counted up to this number. Counting further costs time and adds nothing. */
const MOST_COUNTED = 100_000;

/** SQL that returns a row if links wait for an earlier end. */
export const LINKS_WAIT = 'SELECT 1 AS one FROM wanted_link LIMIT 1';

/** Returns the work that is left. Counts of runs and links stop at 100,000. */
export async function readLinkState(db: Kysely<Schema>): Promise<LinkState> {
  const count = (table: string) =>
    sql`(SELECT count(*) FROM (SELECT 1 FROM ${sql.table(table)} LIMIT ${sql.lit(MOST_COUNTED)}) t)`;
  const { rows } = await sql<{ [name in keyof LinkState]: unknown }>`
    SELECT coalesce((SELECT max(n) FROM chain), 0) - coalesce((SELECT CASE WHEN chain_n > 0 THEN chain_n END FROM linker), 0) AS behind,
      ${count('link_todo')} + ${count('link_spread')} AS todo, ${count('wanted_link')} AS waiting`.execute(
    db,
  );
  const { behind, todo, waiting } = rows[0]!;
  return { behind: Number(behind), todo: Number(todo), waiting: Number(waiting) };
}
