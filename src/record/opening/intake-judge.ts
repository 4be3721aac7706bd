/**
 * The last word on a run that was opened while no stash could be read: the stash as it was at the run's time is merged in, and
 * the rules judge. Nobody is refused, the run has run; objections go into its document. Node only.
 * @module
 */

import type { SourceName, TemporalStart } from '../../model/documents';
import type { Json, JsonObject } from '../../model/json';
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { OpenRecord, StashHistoryEntry } from '../../store/store';
import type { RunDraft } from './drafts';
import { NO_STASH, type Preparation, toOpenRecord, UNREADABLE_STASH } from './preparation';

interface Metadata {
  fields: JsonObject;
  sources: { [field: string]: SourceName };
  shadowed?: { [field: string]: { [source in SourceName]?: Json } };
}

interface Facts {
  temporal: TemporalStart;
  provenance: {
    unvalidated?: string;
    issues?: RunDraft['issues'];
    predecessors?: RunDraft['predecessors'];
    redactions?: { [rule: string]: number };
    code?: string;
  };
}

export type StashHistory = readonly StashHistoryEntry[];

/** Rules at intake are limited as they are when a run opens. */
const CLOCK = {
  rules: <T>(judging: Promise<T>) =>
    withTimeout(judging, OPENING.rules_ms, () => ({ late_ms: OPENING.rules_ms })),
};

/** True for a record that was made without a stash. */
export function wantsStash(record: OpenRecord): boolean {
  return record.stash_version === NO_STASH;
}

/**
 * The record as it is to be stored. `history`: of the lab's stash, newest first. `since`: from then on what the `stash` option puts
 * in counts as there, for it would have been put in had the store answered; UNIX seconds.
 */
export async function judgeLate(
  record: OpenRecord,
  preparation: Preparation,
  history: StashHistory,
  since: number,
): Promise<OpenRecord> {
  const { temporal, provenance } = JSON.parse(record.facts) as Facts;
  const draft = draftOf(record, temporal, provenance);
  const values = stashAt(history, record.time, since);
  const snapshot = { lab: record.lab, version: 0, values, scan_id: 0 };
  const prepared = await preparation.prepare(draft, { snapshot, check: false }, CLOCK);
  return toOpenRecord({ ...prepared, scan_offer: record.scan_offer }, prepared.issues);
}

function draftOf(record: OpenRecord, temporal: TemporalStart, provenance: Facts['provenance']): RunDraft {
  const { unvalidated } = provenance;
  return {
    uid: record.uid,
    time: record.time,
    lab: record.lab,
    numbered: record.numbered,
    share_scan_id: record.share_scan_id,
    scan_root: record.scan_root,
    layers: layersOf(record),
    issues: provenance.issues ?? [],
    redactions: provenance.redactions,
    incomplete: unvalidated === UNREADABLE_STASH ? undefined : unvalidated,
    stash_at: 'run',
    temporal,
    predecessors: provenance.predecessors,
    retry_of: record.retry_of ?? undefined,
    session_id: record.session_id ?? undefined,
    environment: record.environment_id ?? undefined,
    code: provenance.code,
  };
}

/** What each source gave: what stands in the document, and what lost against it. */
function layersOf(record: OpenRecord): RunDraft['layers'] {
  const { fields, sources, shadowed = {} } = JSON.parse(record.metadata) as Metadata;
  const layers: { [source in SourceName]?: JsonObject } & { inferred: JsonObject } = { inferred: {} };
  const put = (source: SourceName, key: string, value: Json) => {
    layers[source] = { ...layers[source], [key]: value };
  };
  for (const [key, value] of Object.entries(fields)) put(sources[key] ?? 'inferred', key, value);
  for (const [key, losers] of Object.entries(shadowed))
    for (const [source, value] of Object.entries(losers)) put(source as SourceName, key, value as Json);
  if (record.scan_id !== undefined) put(sources.scan_id ?? 'plan', 'scan_id', record.scan_id);
  return layers;
}

/** The stash's values at a time. */
export function stashAt(history: StashHistory, time: number, since: number): JsonObject {
  const values = new Map<string, Json>();
  for (const entry of [...history].reverse()) {
    const from = entry.op === 'init' && entry.time > since ? since : entry.time;
    if (from > time) continue;
    if (entry.op === 'clear') values.clear();
    else if (entry.op === 'unset') values.delete(entry.key!);
    else if (entry.key !== 'scan_id') values.set(entry.key!, entry.value as Json);
  }
  return Object.fromEntries(values);
}
