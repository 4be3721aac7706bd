/**
 * Prepares the record of a run from a draft and a stash: merge, judge, mask, write as text. Parts that equal those of an earlier
 * run (nearly always) are neither checked nor masked again. It is synchronous unless a rule or a scan-id source is not. Node
 * only.
 * @module
 */
import { checkMetadata, RESERVED_FIELDS } from '../../metadata/fields';
import { type MergedMetadata, mergeSources } from '../../metadata/merge';
import type { Judgement } from '../../metadata/validate';
import type { MetadataIssue } from '../../model/documents';
import { isScanId } from '../../model/ids';
import { isJsonObject, type JsonObject } from '../../model/json';
import { OPENING, REMEMBERED } from '../../model/limits';
import { TimedOut, withTimeout } from '../../model/with-timeout';
import { redactMerged } from '../../redaction/merged';
import type { Redactor } from '../../redaction/redactor';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import { RecentMap } from '../../store/recent-map';
import type { Losses } from '../reports/losses';
import type { OpeningClock } from './opening-clock';
import type { RulesBook } from './rules-book';
import type { RunDraft, ScanIdSource } from './run-draft';

/** A version that no stash has. The store then returns the stash instead of opening the run. */
export const NO_STASH = -1;

/** The stash of a run: one to check at commit, a pinned one, or undefined if none could be read. */
export type StashView = { snapshot: StashSnapshot; check: boolean } | undefined;

/** The given metadata of one run. */
export interface GivenMetadata {
  lab: string;
  layers: RunDraft['layers'];
  /** Values of the lab's stash. */
  stash: JsonObject | undefined;
  /** Issues that were found earlier. */
  issues: MetadataIssue[];
}

/** The metadata to record, and the result of the rules. */
export interface JudgedMetadata {
  /** All fields except `scan_id`. */
  metadata: JsonObject;
  /** The same with its origins, as JSON text. */
  metadata_text: string;
  sources: MergedMetadata['sources'];
  scan_id: number | undefined;
  /** Issues. If there are any, the run may be refused. */
  issues: MetadataIssue[];
  redactions?: { [rule: string]: number };
  /** Digest of the rules that judged it. */
  rules?: string;
}

/** A run that is ready to be recorded. */
export interface PreparedRun {
  draft: RunDraft;
  judged: JudgedMetadata;
  /** The scan id from the run's metadata, or from a scan-id source. */
  scan_id: number | undefined;
  /** A scan-id source's answer for all runs of its execution. */
  scan_offer: number | undefined;
  stash_version: number | null;
  /** The reason if it was not judged. */
  unvalidated: string | undefined;
}

/** Limits the time of rules. */
export type RulesClock = Pick<OpeningClock, 'rules'>;

/** Dependencies of the preparation of runs. */
export interface RunPreparationOptions {
  rules: RulesBook;
  redactor: Redactor;
  scanIdSource?: ScanIdSource;
  losses: Losses;
}

/** The cached results for one metadata text. */
interface Known {
  text: string;
  issues: MetadataIssue[];
  redactions?: { [rule: string]: number };
  /** The recorded fields. Absent if they equal the given ones. */
  fields?: JsonObject;
  sources?: MergedMetadata['sources'];
}

/** Why a run was not judged: its stash could not be read. */
export const UNREADABLE_STASH = 'the stash could not be read';

/** Prepares the runs of one recorder. */
export class RunPreparation {
  readonly #options: RunPreparationOptions;
  readonly #known = new RecentMap<Known>(REMEMBERED.metadata_characters);

  constructor(options: RunPreparationOptions) {
    this.#options = options;
  }

  /** Prepares a run. `clock` limits the rules. */
  prepare(draft: RunDraft, stash: StashView, clock: RulesClock): PreparedRun | Promise<PreparedRun> {
    const unvalidated = draft.incomplete ?? (stash ? undefined : UNREADABLE_STASH);
    // See docs/decisions/0004.
    const stash_version = stash ? (stash.check ? stash.snapshot.version : null) : NO_STASH;
    const { lab, layers, issues } = draft;
    const given = { lab, layers, stash: stash?.snapshot.values, issues };
    const judged = this.judge(given, unvalidated === undefined ? clock : undefined);
    const finish = (metadata: JudgedMetadata): PreparedRun => {
      const { scan_id } = metadata;
      return { draft, judged: metadata, scan_id, scan_offer: undefined, stash_version, unvalidated };
    };
    return judged instanceof Promise ? judged.then(finish) : finish(judged);
  }

  /** Merges, judges and masks. `clock` limits the rules; without a clock they do not run. */
  judge(
    { lab, layers, stash, issues }: GivenMetadata,
    clock: RulesClock | undefined,
  ): JudgedMetadata | Promise<JudgedMetadata> {
    const { user, plan, inferred } = layers;
    const merged = mergeSources({ user, plan, inferred, stash });
    const { rules, digest } = this.#options.rules.of(lab);
    const finish = (judgement: Judgement) => this.#judged(judgement, issues, clock && digest);
    if (rules.empty || !clock) return finish({ merged, issues: [] });
    const judgement = rules.apply(merged);
    if (!(judgement instanceof Promise)) return finish(judgement);
    return clock.rules(judgement).then((ruled) => {
      if ('merged' in ruled) return finish(ruled);
      const message = `the rules of the lab did not answer within ${ruled.late_ms} ms`;
      return finish({ merged, issues: [{ path: [], message }] });
    });
  }

  #judged({ merged, issues }: Judgement, before: MetadataIssue[], rules: string | undefined): JudgedMetadata {
    const { fields, sources } = merged;
    let scan_id: number | undefined;
    if (isScanId(fields.scan_id)) {
      scan_id = fields.scan_id;
      delete fields.scan_id;
    }
    const known = this.#knownOf(merged);
    return {
      metadata: known.fields ?? fields,
      metadata_text: known.text,
      sources: known.sources ?? sources,
      scan_id,
      issues: this.#masked(before.concat(issues, known.issues)),
      redactions: known.redactions,
      rules,
    };
  }

  /** Calls `scanIdSource` once for an opening run without a scan id. `undefined`: the lab's counter is used. */
  scanId({ draft, judged, scan_id }: PreparedRun): number | undefined | Promise<number | undefined> {
    const source = this.#options.scanIdSource;
    if (!source || scan_id !== undefined || !draft.numbered) return scan_id;
    return this.#askSource(source, judged.metadata);
  }

  /** Returns a masked stash, which may be stored with the runs that receive it. */
  maskedStash(snapshot: StashSnapshot): StashSnapshot {
    const { value } = this.#options.redactor.value(snapshot.values);
    return { ...snapshot, values: isJsonObject(value) ? value : {} };
  }

  /** Validators may quote the values that they refuse. */
  #masked(issues: MetadataIssue[]): MetadataIssue[] {
    if (issues.length === 0) return issues;
    return issues.map((issue) => ({ ...issue, message: this.#options.redactor.text(issue.message).text }));
  }

  async #askSource(source: ScanIdSource, fields: JsonObject): Promise<number | undefined> {
    try {
      const ask = async () => source(structuredClone(fields));
      const given = await withTimeout(ask(), OPENING.scan_id_ms);
      if (isScanId(given)) return given;
      this.#options.losses.add('scan-id-source', 'scanIdSource returned an invalid scan id');
    } catch (error) {
      const how = error instanceof TimedOut ? `did not answer within ${OPENING.scan_id_ms} ms` : 'failed';
      this.#options.losses.add('scan-id-source', `scanIdSource ${how}`);
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
    // The whole text is checked first, which is fast. The values are checked one by one only if the text contains a match.
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

/** Removes reserved fields of documents. Metadata never sets them, even if faults do not refuse the run. */
function withoutReserved(merged: MergedMetadata): MergedMetadata {
  const keep = ([key]: [string, unknown]) => !RESERVED_FIELDS.includes(key) && key !== 'scan_id';
  const part = <T extends object>(fields: T) => Object.fromEntries(Object.entries(fields).filter(keep)) as T;
  return {
    fields: part(merged.fields),
    sources: part(merged.sources),
    ...(merged.shadowed && { shadowed: part(merged.shadowed) }),
  };
}
