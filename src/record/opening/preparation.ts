/**
 * From a draft and a stash to the record of a run: merge, judge, redact, write as text. What is the same as in an earlier
 * run (nearly always) is neither checked nor redacted again. Synchronous unless a rule or a scan-id source is not. Node only.
 * @module
 */
import { checkMetadata, RESERVED_FIELDS } from '../../metadata/fields';
import { type MergedMetadata, mergeSources } from '../../metadata/merge';
import type { Judgement } from '../../metadata/validate';
import { type MetadataIssue, type ProvenanceStart, SCHEMA_VERSION } from '../../model/documents';
import { isScanId } from '../../model/ids';
import { isJsonObject, type JsonObject } from '../../model/json';
import { OPENING, REMEMBERED } from '../../model/limits';
import { WAIT_S } from '../../model/not-run';
import { TimedOut, withTimeout } from '../../model/with-timeout';
import { redactMerged } from '../../redaction/merged';
import type { Redactor } from '../../redaction/redactor';
import { RecentMap } from '../../store/recent-map';
import type { OpenRecord, RefusalRecord, StashSnapshot } from '../../store/store';
import { newUid } from '../uid';
import type { RunDraft, ScanIdSource } from './drafts';
import type { OpeningClock } from './opening-clock';
import type { RulesBook } from './rules-book';

/** A version that no stash has: the store sends the stash back in place of opening the run. */
export const NO_STASH = -1;

/** What a run was prepared with: a stash to be checked at commit, a pinned one, or none that could be read. */
export type StashView = { snapshot: StashSnapshot; check: boolean } | undefined;

export interface PreparedRun {
  draft: RunDraft;
  /** Metadata as recorded, without `scan_id`. */
  metadata: JsonObject;
  /** The same with its origins, as JSON text. */
  metadata_text: string;
  sources: MergedMetadata['sources'];
  scan_id: number | undefined;
  /** What a scan-id source said for all runs of its execution. */
  scan_offer?: number;
  stash_version: number | null;
  /** What stands against opening it. */
  issues: MetadataIssue[];
  redactions?: { [rule: string]: number };
  /** Digest of the rules that judged it. */
  rules?: string;
  /** Why it was not judged. */
  unvalidated?: string;
}

export interface PreparationOptions {
  rules: RulesBook;
  redactor: Redactor;
  scanIdSource?: ScanIdSource;
  /** A scan-id source that failed; the counter takes its place. */
  failed: (kind: string, detail: string) => void;
}

/** What was found out about one metadata text. */
interface Known {
  text: string;
  issues: MetadataIssue[];
  redactions?: { [rule: string]: number };
  /** As recorded; absent where that is what was given. */
  fields?: JsonObject;
  sources?: MergedMetadata['sources'];
}

/** Why a run was not judged whose stash could not be read. */
export const UNREADABLE_STASH = 'no stash could be read';

export class Preparation {
  readonly #options: PreparationOptions;
  readonly #known = new RecentMap<Known>(REMEMBERED.metadata_characters);

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** `clock` limits the rules. */
  prepare(
    draft: RunDraft,
    stash: StashView,
    clock: Pick<OpeningClock, 'rules'>,
  ): PreparedRun | Promise<PreparedRun> {
    const { user, plan, inferred } = draft.layers;
    const merged = mergeSources({ user, plan, inferred, stash: stash?.snapshot.values });
    const unvalidated = draft.incomplete ?? (stash ? undefined : UNREADABLE_STASH);
    const finish = (judgement: Judgement) => this.#prepared(draft, stash, judgement, unvalidated);
    const { rules } = this.#options.rules.of(draft.lab);
    if (rules.empty || unvalidated !== undefined) return finish({ merged, issues: [] });
    const judgement = rules.apply(merged);
    if (!(judgement instanceof Promise)) return finish(judgement);
    return clock.rules(judgement).then((ruled) => {
      if ('merged' in ruled) return finish(ruled);
      const message = `the rules of the lab did not answer within ${ruled.late_ms} ms`;
      return finish({ merged, issues: [{ path: [], message }] });
    });
  }

  #prepared(
    draft: RunDraft,
    stash: StashView,
    { merged, issues }: Judgement,
    unvalidated: string | undefined,
  ): PreparedRun {
    const { fields, sources } = merged;
    let scan_id: number | undefined;
    if (isScanId(fields.scan_id)) {
      scan_id = fields.scan_id;
      delete fields.scan_id;
    }
    const known = this.#knownOf(merged);
    return {
      draft,
      metadata: known.fields ?? fields,
      metadata_text: known.text,
      sources: known.sources ?? sources,
      scan_id,
      stash_version: stash ? (stash.check ? stash.snapshot.version : null) : NO_STASH,
      issues: this.#masked(draft.issues.concat(issues, known.issues)),
      redactions: known.redactions,
      rules: unvalidated === undefined ? this.#options.rules.of(draft.lab).digest : undefined,
      unvalidated,
    };
  }

  /** What `scanIdSource` says of a run that is to open and has no scan id yet: `undefined` for the lab's counter. Asked once a run. */
  scanId({ draft, metadata, scan_id }: PreparedRun): number | undefined | Promise<number | undefined> {
    const source = this.#options.scanIdSource;
    if (!source || scan_id !== undefined || !draft.numbered) return scan_id;
    return this.#askSource(source, metadata);
  }

  /** A stash as it may be written beside the runs that are given it. */
  maskedStash(snapshot: StashSnapshot): StashSnapshot {
    const { value } = this.#options.redactor.value(snapshot.values);
    return { ...snapshot, values: isJsonObject(value) ? value : {} };
  }

  /** Validators quote the values that they refuse. */
  #masked(issues: MetadataIssue[]): MetadataIssue[] {
    if (issues.length === 0) return issues;
    return issues.map((issue) => ({ ...issue, message: this.#options.redactor.text(issue.message).text }));
  }

  async #askSource(source: ScanIdSource, fields: JsonObject): Promise<number | undefined> {
    try {
      const ask = async () => source(structuredClone(fields));
      const given = await withTimeout(ask(), OPENING.scan_id_ms);
      if (isScanId(given)) return given;
      this.#options.failed('scan-id-source', 'scanIdSource gave something that is no scan id');
    } catch (error) {
      const how = error instanceof TimedOut ? `did not answer within ${OPENING.scan_id_ms} ms` : 'failed';
      this.#options.failed('scan-id-source', `scanIdSource ${how}`);
    }
    return undefined;
  }

  #knownOf(merged: MergedMetadata): Known {
    const raw = JSON.stringify(merged);
    const known = this.#known.get(raw);
    if (known !== undefined) return known;
    const found = this.#examine(merged, raw);
    this.#known.set(raw, found);
    return found;
  }

  #examine(merged: MergedMetadata, raw: string): Known {
    const issues = checkMetadata(merged.fields);
    // The text as a whole is quick to clear; only what does not pass is walked.
    if (issues.length === 0 && !this.#options.redactor.jsonText(raw).redactions) return { text: raw, issues };
    const proper = issues.length === 0 ? merged : withoutReserved(merged);
    const { merged: masked, redactions } = redactMerged(this.#options.redactor, proper);
    if (masked === merged) return { text: raw, issues };
    return {
      text: JSON.stringify(masked),
      issues,
      redactions,
      fields: masked.fields,
      sources: masked.sources,
    };
  }
}

/** A field of a document's own is never set from metadata, not even where faults do not refuse. */
function withoutReserved(merged: MergedMetadata): MergedMetadata {
  const keep = ([key]: [string, unknown]) => !RESERVED_FIELDS.includes(key) && key !== 'scan_id';
  const part = <T extends object>(fields: T) => Object.fromEntries(Object.entries(fields).filter(keep)) as T;
  return {
    fields: part(merged.fields),
    sources: part(merged.sources),
    ...(merged.shadowed && { shadowed: part(merged.shadowed) }),
  };
}

/** The record of a run that did not open; of one that waits with the time of its next try. */
export function toRefusalRecord(prepared: PreparedRun, mode: 'fail' | 'wait'): RefusalRecord {
  const { draft, metadata, sources, issues } = prepared;
  const waiting = mode === 'wait' && { next_time: draft.time + WAIT_S };
  return {
    kind: 'refusal',
    refusal_id: newUid(),
    time: draft.time,
    lab: draft.lab,
    issues,
    document: JSON.stringify({ fields: metadata, sources, temporal: draft.temporal, ...waiting }),
  };
}

/** The record for the store. `issues`: faults that do not refuse the run. */
export function toOpenRecord(prepared: PreparedRun, issues: readonly MetadataIssue[]): OpenRecord {
  const { draft } = prepared;
  const { temporal } = draft;
  return {
    kind: 'open',
    uid: draft.uid,
    time: draft.time,
    lab: draft.lab,
    scan_id: prepared.scan_id,
    numbered: draft.numbered,
    stash_version: prepared.stash_version,
    metadata: prepared.metadata_text,
    facts: JSON.stringify({ temporal, provenance: provenanceOf(prepared, issues) }),
    namespace: temporal.namespace,
    workflow_id: temporal.workflow_id ?? null,
    run_id: temporal.run_id ?? null,
    workflow_type: temporal.workflow_type ?? null,
    activity_id: temporal.activity_id,
    activity_type: temporal.activity_type,
    attempt: temporal.attempt,
    is_local: temporal.is_local,
    task_queue: temporal.task_queue,
    scheduled_time: temporal.scheduled_time,
    environment_id: draft.environment ?? null,
    session_id: draft.session_id ?? null,
    retry_of: draft.retry_of ?? null,
    share_scan_id: draft.share_scan_id,
    ...(draft.scan_root !== undefined && { scan_root: draft.scan_root }),
    ...(prepared.scan_offer !== undefined && { scan_offer: prepared.scan_offer }),
    ...(temporal.activity_run_id && { activity_run_id: temporal.activity_run_id }),
  };
}

/** `undefined` members are left out of the text. */
function provenanceOf(
  { draft, redactions, rules, unvalidated, scan_id }: PreparedRun,
  issues: readonly MetadataIssue[],
): Omit<ProvenanceStart, 'sources'> {
  return {
    schema_version: SCHEMA_VERSION,
    lab: draft.lab,
    environment: draft.environment,
    code: draft.code,
    session: draft.session_id,
    predecessors: draft.predecessors,
    scan_root: draft.numbered && scan_id === undefined ? draft.scan_root : undefined,
    rules,
    issues: issues.length > 0 ? [...issues] : undefined,
    unvalidated,
    redactions: sumOf(draft.redactions, redactions),
  };
}

type Counts = { [rule: string]: number } | undefined;

function sumOf(some: Counts, others: Counts): Counts {
  if (!some || !others) return some ?? others;
  const sum = { ...some };
  for (const [rule, count] of Object.entries(others)) sum[rule] = (sum[rule] ?? 0) + count;
  return sum;
}
