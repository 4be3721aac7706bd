/**
 * Explains the value of each metadata field of a run: its source, the overridden values, and the change of the
 * stash that set it. Node only.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { ProvenanceError } from '../../errors';
import type { RunRecord, SourceName, StartDocument } from '../../model/documents';
import { shortUid } from '../../model/ids';
import type { Json } from '../../model/json';
import type { StashHistoryEntry } from '../../store/interface/stash-changes';
import type { Store } from '../../store/store';
import { findRun } from '../references/run-reference';
import type { Answer, Scope } from '../scope';
import { type MetadataRow, metadataRows } from './metadata-rows';

/** The meaning of each source. */
export const SOURCE_WORDS: Readonly<Record<SourceName, string>> = {
  user: 'set by the client that started the workflow or activity',
  plan: 'set in workflow code',
  inferred: 'derived by the plugin',
  stash: "from the lab's stash",
};

/** A change of the stash that set a value. */
export type StashOrigin = Pick<StashHistoryEntry, 'version' | 'time' | 'op' | 'author'>;

/** A field of a run with the reason for its value. */
export interface FieldExplanation {
  /** Name of the field at the top level. */
  field: string;
  value: Json;
  /** Absent for a counted scan id, and if the source was not recorded. */
  source?: SourceName;
  /** The reason in words, if the source alone does not show it. */
  because?: string;
  /** Overridden values, by their source. */
  shadowed?: { [source in SourceName]?: Json };
  /** The change of the stash that set the value, or the overridden value. */
  stash?: StashOrigin;
}

/** A run with the reasons for its fields. */
interface ExplainedRun {
  run: RunRecord;
  fields: FieldExplanation[];
}

/** Changes of the stash that are searched: of one key, or of all if many fields come from it. */
const CHANGES = { of_one: 1_000, of_all: 100_000 } as const;
/** Up to this many fields, the changes of each are queried separately. */
const FEW_FIELDS = 50;

/**
 * Explains the fields of the run that a text names, or one of them.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS, REFERENCE_INVALID
 */
export async function explainRun(scope: Scope, word: string, field?: string): Promise<Answer<ExplainedRun>> {
  const { value: run, remarks } = await findRun(scope, word);
  const rows = metadataRows(run.start);
  const fields = await explanationsOf(scope.store, run.start, {
    rows: field === undefined ? rows : rows.filter((row) => row.field === field),
    scan_id: field === undefined || field === 'scan_id',
  });
  if (field !== undefined && fields.length === 0)
    throw new ProvenanceError('NOT_FOUND', `Run ${shortUid(run.start.uid)} has no field '${field}'.`);
  return { value: { run, fields }, remarks };
}

/** The reasons for some fields of a run, and for its scan id if wanted. */
export async function explanationsOf(
  store: Store,
  start: StartDocument,
  wanted: { rows: readonly MetadataRow[]; scan_id: boolean },
): Promise<FieldExplanation[]> {
  const { rows } = wanted;
  const stashed = rows.filter((row) => stashValue(row) !== undefined).map(({ field }) => field);
  const history = await changesOf(store, start, stashed);
  const fields = rows.map((row) => explanationOf(row, history, start.time));
  return start.scan_id === undefined || !wanted.scan_id ? fields : [scanId(start), ...fields];
}

/** Changes of the stash before the run, for the given fields. */
async function changesOf(
  store: Store,
  { time, provenance: { lab } }: StartDocument,
  fields: readonly string[],
): Promise<StashHistoryEntry[]> {
  if (fields.length > FEW_FIELDS) return store.stashHistory(lab, { until: time, limit: CHANGES.of_all });
  const of = (key: string) => store.stashHistory(lab, { key, until: time, limit: CHANGES.of_one });
  return (await Promise.all(fields.map(of))).flat();
}

function explanationOf(
  row: MetadataRow,
  history: readonly StashHistoryEntry[],
  time: number,
): FieldExplanation {
  const { field, value, source, shadowed } = row;
  const given = stashValue(row);
  const change = given === undefined ? undefined : entryOf(history, field, given, time);
  return {
    field,
    value,
    ...(source && { source }),
    ...(shadowed.length > 0 && { shadowed: Object.fromEntries(shadowed) }),
    ...(change && { stash: originOf(change) }),
  };
}

function originOf({ version, time, op, author }: StashHistoryEntry): StashOrigin {
  return { version, time, op, author: { ...author } };
}

function scanId(start: StartDocument): FieldExplanation {
  const source = start.provenance.sources?.scan_id;
  const counted = source === undefined || source === 'stash' || source === 'inferred';
  if (!counted) return { field: 'scan_id', value: start.scan_id!, source };
  const { lab, scan_root } = start.provenance;
  const shares =
    scan_root === undefined
      ? 'one more than the previous run'
      : `shared by all runs of execution ${scan_root}`;
  return { field: 'scan_id', value: start.scan_id!, because: `counter of lab ${lab}, ${shares}` };
}

/** The stash's value of the field, used or overridden. */
function stashValue({ source, value, shadowed }: MetadataRow): Json | undefined {
  if (source === 'stash') return value;
  return shadowed.find(([loser]) => loser === 'stash')?.[1];
}

/** The last change before the run that set this value. */
function entryOf(
  history: readonly StashHistoryEntry[],
  key: string,
  value: Json,
  time: number,
): StashHistoryEntry | undefined {
  return history
    .filter((entry) => entry.key === key && entry.time <= time && isDeepStrictEqual(entry.value, value))
    .reduce<StashHistoryEntry | undefined>(
      (last, entry) => (last && last.version > entry.version ? last : entry),
      undefined,
    );
}
