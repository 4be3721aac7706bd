/**
 * Judges a run that was opened while no stash could be read. The stash of the run's time is merged, and the rules run. Nothing is
 * refused, because the code has run; issues are added to its document. Node only.
 * @module
 */
import type { ProvenanceStart, SourceName } from '../../model/documents';
import type { Json, JsonObject } from '../../model/json';
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { StashHistoryEntry } from '../../store/interface/stash-changes';
import type { OpenRecord } from '../../store/interface/written';
import { sumOf } from './open-record';
import {
  type GivenMetadata,
  type JudgedMetadata,
  NO_STASH,
  type RulesClock,
  type RunPreparation,
  UNREADABLE_STASH,
} from './prepare-run';

interface Metadata {
  fields: JsonObject;
  sources: { [field: string]: SourceName };
  shadowed?: { [field: string]: { [source in SourceName]?: Json } };
}

/** The part of a record's facts that a judgement changes. */
interface Facts {
  provenance: Pick<ProvenanceStart, 'unvalidated' | 'issues' | 'redactions'>;
}

/** A lab's changes of its stash, newest first. */
export type StashHistory = readonly StashHistoryEntry[];

/** When a spool is imported, rules have the same time limit as when a run opens. */
const CLOCK: RulesClock = {
  rules: (judging) => withTimeout(judging, OPENING.rules_ms, () => ({ late_ms: OPENING.rules_ms })),
};

/** True for a record that was created without a stash. */
export function wantsStash(record: OpenRecord): boolean {
  return record.stash_version === NO_STASH;
}

/**
 * Returns the record to store. `history`: the lab's stash history, newest first. `since`: UNIX seconds; from then on, values of
 * the `stash` option count as set, because they would have been set if the store had answered.
 */
export async function judgeLate(
  record: OpenRecord,
  preparation: RunPreparation,
  history: StashHistory,
  since: number,
): Promise<OpenRecord> {
  const facts = JSON.parse(record.facts) as Facts;
  const { issues = [], unvalidated } = facts.provenance;
  const incomplete = unvalidated === UNREADABLE_STASH ? undefined : unvalidated;
  const stash = stashAt(history, record.time, since);
  const given = { lab: record.lab, layers: layersOf(record), stash, issues };
  const judged = await preparation.judge(given, incomplete ? undefined : CLOCK);
  return {
    ...record,
    stash_version: null,
    scan_id: judged.scan_id,
    metadata: judged.metadata_text,
    facts: JSON.stringify(withJudgement(facts, judged, incomplete, scanRootOf(record, judged))),
  };
}

/** Returns the root execution whose runs share the scan id. Undefined if the run has its own scan id. */
function scanRootOf({ numbered, scan_root }: OpenRecord, { scan_id }: JudgedMetadata): string | undefined {
  return numbered && scan_id === undefined ? scan_root : undefined;
}

function withJudgement(
  facts: Facts,
  { issues, rules, redactions }: JudgedMetadata,
  unvalidated: string | undefined,
  scan_root: string | undefined,
): Facts {
  const { provenance } = facts;
  const judged: Partial<ProvenanceStart> = {
    scan_root,
    rules,
    issues: issues.length > 0 ? issues : undefined,
    unvalidated,
    redactions: sumOf(provenance.redactions, redactions),
  };
  return { ...facts, provenance: { ...provenance, ...judged } };
}

/** Returns the metadata of each source: fields in the document, and fields that another source overrode. */
function layersOf(record: OpenRecord): GivenMetadata['layers'] {
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

/** Returns the stash's values at a time. */
export function stashAt(history: StashHistory, time: number, since: number): JsonObject {
  // It uses the stash of the run's time, not today's: docs/design/spool.md#importing.
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
