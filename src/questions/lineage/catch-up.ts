/**
 * Links of what was recorded last: derived before a question is answered, where the store can be written to. Node only.
 * @module
 */
import { openStore } from '../../store/open';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';
import { counted } from '../words';

/** Most that a question waits for links. */
const BUDGET_MS = 10_000;
/** Records of one page. */
const PAGE = 500;

/** Derives what is left to derive. @returns how many records are still not joined */
export async function catchUp({ store, url }: Scope): Promise<number> {
  const left = await leftIn(store);
  if (left === 0 || url === undefined) return left;
  // A store that can't be written to is asked as it is, and the answer says so.
  await derive(url).catch(() => undefined);
  return leftIn(store);
}

async function leftIn(store: Store): Promise<number> {
  const { behind, todo } = await store.linkState();
  return behind + todo;
}

async function derive(url: string): Promise<void> {
  const writer = await openStore(url, { mode: 'write', create: false });
  try {
    const deadline = performance.now() + BUDGET_MS;
    for (let page = await writer.link(PAGE); !page.done && page.handled > 0; page = await writer.link(PAGE))
      if (performance.now() > deadline) break;
  } finally {
    await writer.close();
  }
}

/** What to say beside an answer; empty where all is joined. */
export function behindRemarks(behind: number): string[] {
  if (behind === 0) return [];
  const what = counted(behind, 'record is', 'records are');
  return [`${what} not joined into links yet: this answer may lack what they say.`];
}
