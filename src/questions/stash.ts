/**
 * Reads a lab's stash and its changes. Node only.
 * @module
 */
import type { StashHistoryEntry, StashSnapshot } from '../store/interface/stash-changes';
import { labsWithHistory, labsWithStash } from './hints/other-labs';
import type { Scope } from './scope';

/**
 * The stash of the scope's lab. `elsewhere`: other labs that have the key, or any key, if this lab does not.
 */
export async function stashOf(
  { store, lab }: Scope,
  key?: string,
): Promise<{ stash: StashSnapshot; elsewhere?: string }> {
  const stash = await store.stash(lab);
  const found = key === undefined ? Object.keys(stash.values).length > 0 : Object.hasOwn(stash.values, key);
  return { stash, elsewhere: found ? undefined : await labsWithStash(store, lab, key) };
}

/**
 * Changes of the stash of the scope's lab, newest first. `elsewhere`: other labs with changes, if this lab has
 * none.
 */
export async function stashChanges(
  { store, lab }: Scope,
  { key, limit }: { key?: string; limit: number },
): Promise<{ entries: StashHistoryEntry[]; elsewhere?: string }> {
  const entries = await store.stashHistory(lab, { key, limit });
  return { entries, elsewhere: entries.length > 0 ? undefined : await labsWithHistory(store, lab, key) };
}
