/**
 * The work of one page of the linker, the same for both databases. Node only.
 * @module
 */
import type { Linked, LinkStatements } from '../interface/linking';
import { LINKS_WAIT } from '../read/link-reads';
import { clearPage } from './clear';
import { linkPage } from './link-page';

/**
 * If rows must be deleted before they are derived again, deletes a page of them; otherwise derives a page of links. The caller is
 * the only linker until the transaction ends.
 */
export async function derivePage(statements: LinkStatements, limit: number): Promise<Linked> {
  const cleared = await clearPage(statements, limit);
  const page = cleared === undefined ? await linkPage(statements, limit) : { done: false, handled: cleared };
  const waiting = (await statements.query(LINKS_WAIT)).length > 0;
  return { ...page, waiting };
}
