/**
 * Continues the index of results and arguments, one page per transaction. Node only.
 * @module
 */
import type { IndexPage } from '../../interface/writing';
import { indexPage } from '../../value-index/index-page';
import type { Client } from '../connection/connection';
import { POSTGRES, sourceOf } from '../search';

/**
 * Indexes one page in the client's transaction.
 * @returns true if more pages are left
 */
export async function indexValues(client: Client, page: IndexPage): Promise<boolean> {
  const source = sourceOf(client);
  const work = indexPage(POSTGRES, page);
  for (let step = work.next(); ; ) {
    if (step.done) return step.value;
    step = work.next(await source.rows(step.value));
  }
}
