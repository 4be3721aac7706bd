/**
 * What a stash held at a time, who had set each value and when; its changes part by part. Node only.
 * @module
 */
import type { Json } from '../model/json';
import type { Author, StashHistoryEntry } from '../store/interface/stash-changes';
import type { Store } from '../store/store';
import type { Scope } from './scope';

/** Changes that are read at once. */
const STEP = 500;
/** Changes that are read in all: people make a few a day, and older ones matter for keys that nobody has touched since. */
const MOST_CHANGES = 20_000;

/** A key of a stash with its value. */
export interface StashValue {
  key: string;
  value: Json;
  /** When it was set (UNIX seconds), and by whom; absent where its history does not tell any more. */
  since?: number;
  author?: Author;
  /** Version of the stash that began with it. */
  version?: number;
}

/** What a stash holds, or held. */
export interface StashAt {
  lab: string;
  values: StashValue[];
  /** Of now; absent for a time before. */
  scan_id?: number;
  /** Version of the stash. */
  version: number;
  /** The history is longer than what is read: values from before are absent. */
  cut?: boolean;
}

/** The stash of the scope's lab now. */
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

/** The stash of the scope's lab at a time before now. `at`: UNIX seconds. */
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

/** The last change of each key, the newest first, back to the last time that all was cleared. */
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

/** Changes, the newest first, of which none shares its version with one that comes later. */
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
  // One call changed more keys than that: all of it.
  return whole.length > 0 ? whole : wholeVersions(store, lab, { ...query, limit: limit * 8 });
}

/** A part of a stash's changes, the newest first. */
export interface StashHistoryPart {
  entries: StashHistoryEntry[];
  /** The version before which the next part begins; absent: this is the last. */
  next?: number;
}

/** Changes of the stash of the scope's lab, those of one call never parted. */
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
