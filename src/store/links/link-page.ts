/**
 * One page of the linker.
 * @module
 */
import type { LinkPage, LinkStatements } from '../interface/linking';

/** Derives links from what was recorded since the last page. Whoever calls it holds the row of `linker` until the transaction ends. */
export async function linkPage(statements: LinkStatements, _limit: number): Promise<LinkPage> {
  await statements.query('UPDATE linker SET chain_n = coalesce((SELECT max(n) FROM chain), 0)');
  return { done: true, handled: 0 };
}
