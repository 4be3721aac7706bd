/**
 * Derives the links of the latest records before a question is answered, if the store is writable. Node only.
 * @module
 */
import { catchUpLinks } from '../../store/catch-up';
import type { Scope } from '../scope';
import { counted } from '../words';

/**
 * Derives the missing links. @param limit_ms time limit in ms @returns the number of records that are still not
 * linked
 */
export async function catchUp({ store, url }: Scope, limit_ms?: number): Promise<number> {
  const { behind, todo } =
    url === undefined ? await store.linkState() : await catchUpLinks(url, store, limit_ms);
  return behind + todo;
}

/** The remark for an answer; empty if all records are linked. */
export function behindRemarks(behind: number): string[] {
  if (behind === 0) return [];
  const what = counted(behind, 'record is', 'records are');
  return [`${what} not linked yet: this answer may be incomplete.`];
}
