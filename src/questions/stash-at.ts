/**
 * The content of a stash as it was at a given time, with the author and time of each value. Also the list of its
 * changes, in pages. Node only.
 * @module
 */
import type { Json } from '../model/json';
import type { Author, StashHistoryEntry } from '../store/interface/stash-changes';
import type { Store } from '../store/store';
import type { Scope } from './scope';

/** The most changes that are read at once. */
const STEP = 500;
/**
 * The most changes that are read in total. People make a few a day; older ones matter only for keys that were
 * not changed since.
 */
const MOST_CHANGES = 20_000;

/** A key of a stash with its value. */
export interface StashValue {
  key: string;
  value: Json;
  /** When it was set (UNIX seconds), and by whom; absent if its history no longer contains it. */
  since?: number;
  author?: Author;
  /** Version of the stash that began with this value. */
  version?: number;
}

/** The content of a stash. */
export interface StashAt {
  lab: string;
  values: StashValue[];
  /** The present scan id; absent for an earlier time. */
  scan_id?: number;
  /** Version of the stash. */
  version: number;
  /** True if the history is longer than what is read. Then older values are missing. */
  cut?: boolean;
}

/** The present stash of the scope's lab. */
export async function stashNow({ store, lab }: Scope): Promise<StashAt> {
  const { values, scan_id, version } = await store.stash(lab);
  const { set } = await lastChanges(store, lab, { keys: Object.keys(values) });
  return {
    lab,
    scan_id,
    version,
    values: Object.entries(values).map(([key, value]) => ({ key, value, ...whoSet(set.get(key)) })),
  };
}

/** The stash of the scope's lab at an earlier time. `at`: UNIX seconds. */
export async function stashThen({ store, lab }: Scope, at: number): Promise<StashAt> {
  const { set, version, cut } = await lastChanges(store, lab, { until: at });
  const values = [...set].flatMap(([key, change]) =>
    'value' in change && key !== 'scan_id' ? [{ key, value: change.value!, ...whoSet(change) }] : [],
  );
  return { lab, version, values: values.reverse(), ...(cut && { cut }) };
}

function whoSet(change: StashHistoryEntry | undefined): Pick<StashValue, 'since' | 'author' | 'version'> {
  return change ? { since: change.time, author: change.author, version: change.version } : {};
}

/** The last change of each key, newest first, back to the last time that everything was cleared. */
async function lastChanges(store: Store, lab: string, { keys, until }: { keys?: string[]; until?: number }) {
  const set = new Map<string, StashHistoryEntry>();
  const wanted = keys && new Set(keys);
  let version = 0;
  let before_version: number | undefined;
  for (let read = 0; read < MOST_CHANGES; read += STEP) {
    const entries = await wholeVersions(store, lab, { before_version, until });
    version ||= entries[0]?.version ?? 0;
    for (const entry of entries) {
      if (entry.op === 'clear') return { set, version, cut: false };
      if (!set.has(entry.key!)) set.set(entry.key!, entry);
      wanted?.delete(entry.key!);
    }
    if (entries.length === 0 || wanted?.size === 0) return { set, version, cut: false };
    before_version = entries.at(-1)!.version;
  }
  return { set, version, cut: true };
}

/** Changes, newest first, in whole versions: the changes of one version are never split. */
async function wholeVersions(
  store: Store,
  lab: string,
  query: { key?: string; before_version?: number; until?: number; limit?: number },
): Promise<StashHistoryEntry[]> {
  const { limit = STEP } = query;
  const entries = await store.stashHistory(lab, { ...query, limit: limit + 1 });
  if (entries.length <= limit) return entries;
  const last = entries.at(-1)!.version;
  const whole = entries.filter(({ version }) => version !== last);
  // If one call changed more keys than the limit, reads all of its changes.
  return whole.length > 0 ? whole : wholeVersions(store, lab, { ...query, limit: limit * 8 });
}

/** A part of a stash's changes, newest first. */
export interface StashHistoryPart {
  entries: StashHistoryEntry[];
  /** The version before which the next part begins; absent in the last part. */
  next?: number;
}

/** Changes of the stash of the scope's lab. Those of one call are never split. */
export async function stashHistoryPart(
  { store, lab }: Scope,
  wanted: { key?: string; limit: number; before_version?: number },
): Promise<StashHistoryPart> {
  const entries = await wholeVersions(store, lab, wanted);
  const last = entries.at(-1)?.version;
  if (last === undefined) return { entries };
  const older = await store.stashHistory(lab, { key: wanted.key, before_version: last, limit: 1 });
  return { entries, ...(older.length > 0 && { next: last }) };
}
