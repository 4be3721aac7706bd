/**
 * Links of what was recorded last: derived before a question is answered, where the store can be written to. Node only.
 * @module
 */
import { catchUpLinks } from '../../store/catch-up';
import type { Scope } from '../scope';
import { counted } from '../words';

/** Derives what is left to derive. @param limit_ms how long that may take @returns how many records are still not joined into links */
export async function catchUp({ store, url }: Scope, limit_ms?: number): Promise<number> {
  const { behind, todo } =
    url === undefined ? await store.linkState() : await catchUpLinks(url, store, limit_ms);
  return behind + todo;
}

/** What to say beside an answer; empty where all is joined. */
export function behindRemarks(behind: number): string[] {
  if (behind === 0) return [];
  const what = counted(behind, 'record is', 'records are');
  return [`${what} not joined into links yet: this answer may lack what they say.`];
}
