/**
 * Facts about a run in addition to its documents: how it ended in words, reasons for its fields, attempts,
 * code, worker, related runs, deletions. Bounded to what a page shows at once. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { WorkerSession } from '../../model/environment';
import type { LevelCount, Removal } from '../../store/interface/details';
import type { Scope } from '../scope';
import { errorOf, secondsOf } from '../status';
import { type EnvironmentFact, environmentFacts } from './environment-words';
import { environmentOf } from './environments';
import { explanationsOf, type FieldExplanation } from './explain';
import { metadataRows } from './metadata-rows';
import { type NamedRun, namedRun, type RelatedRuns, relatedRuns, removalsOf } from './related-runs';
import { endText, lateText } from './run-words';

/** How much is returned. */
export interface DetailLimits {
  /** Only metadata fields whose name contains this text; empty means all. */
  field: string;
  /** The most fields that are shown. */
  fields: number;
  /** The most attempts that are shown: the last ones. */
  attempts: number;
  /** Longest text of an attempt's error. */
  error_characters: number;
}

/** An attempt of a run's activity. */
export interface Attempt extends NamedRun {
  took_ms?: number;
  error?: string;
}

/** The code of a run, in words. */
export interface CodeSummary {
  id: string;
  code_id: string;
  facts: EnvironmentFact[];
}

/** Facts about a run in addition to its documents. */
export interface RunDetails extends RelatedRuns {
  uid: string;
  /** How the run ended, and who reported it; absent while the run is open. */
  ended?: string;
  /** Reports that came after the final outcome. */
  late: string[];
  fields: FieldExplanation[];
  /** The number of all fields whose name matches. */
  field_count: number;
  /** Oldest first. */
  attempts: Attempt[];
  attempt_count: number;
  code: CodeSummary | null;
  session: WorkerSession | null;
  /** What was deleted from the run on purpose. */
  removed: Removal[];
  /** True if the run, or an earlier attempt, left checkpoints. */
  has_checkpoints: boolean;
  /** The number of its log lines by level. */
  log_levels: LevelCount[];
}

/** Reads the facts about a run. */
export async function runDetailsOf(scope: Scope, run: RunRecord, wanted: DetailLimits): Promise<RunDetails> {
  const { store } = scope;
  const { uid } = run.start;
  const ended = endText(run);
  return {
    uid,
    ...(ended !== undefined && { ended }),
    late: (await store.lateReports({ run_start: uid })).map(lateText),
    ...(await fieldsOf(scope, run, wanted)),
    ...(await familyOf(scope, run, wanted)),
    ...(await codeAndWorker(scope, run)),
    removed: await removalsOf(scope, uid),
    log_levels: await store.logLevels({ run_start: uid }),
  };
}

async function fieldsOf(
  { store }: Scope,
  { start }: RunRecord,
  { field, fields }: DetailLimits,
): Promise<Pick<RunDetails, 'fields' | 'field_count'>> {
  const text = field.toLowerCase();
  const rows = metadataRows(start).filter((row) => row.field.toLowerCase().includes(text));
  const scan_id = 'scan_id'.includes(text);
  return {
    fields: await explanationsOf(store, start, { rows: rows.slice(0, fields), scan_id }),
    field_count: rows.length + (scan_id && start.scan_id !== undefined ? 1 : 0),
  };
}

async function familyOf(
  scope: Scope,
  run: RunRecord,
  wanted: DetailLimits,
): Promise<RelatedRuns & Pick<RunDetails, 'attempts' | 'attempt_count' | 'has_checkpoints'>> {
  const all = await scope.store.attempts(run.start.uid);
  const uids = all.map(({ start }) => start.uid);
  return {
    attempts: all.slice(-wanted.attempts).map((one) => attemptOf(one, wanted.error_characters)),
    attempt_count: all.length,
    has_checkpoints: await anyCheckpoints(scope, uids.slice(0, uids.indexOf(run.start.uid) + 1)),
    ...(await relatedRuns(scope, run, uids)),
  };
}

/** Asks about the last attempt first, because most runs with checkpoints have some of their own. */
async function anyCheckpoints({ store }: Scope, uids: readonly string[]): Promise<boolean> {
  for (const uid of uids.toReversed()) if ((await store.checkpoints(uid)).length > 0) return true;
  return false;
}

function attemptOf(run: RunRecord, error_characters: number): Attempt {
  const seconds = secondsOf(run);
  const error = errorOf(run);
  return {
    ...namedRun(run),
    ...(seconds !== undefined && { took_ms: seconds * 1000 }),
    ...(error && { error: `${error.type}: ${error.message}`.slice(0, error_characters) }),
  };
}

async function codeAndWorker(
  { store }: Scope,
  run: RunRecord,
): Promise<Pick<RunDetails, 'code' | 'session'>> {
  const environment = await environmentOf(store, run);
  const { session } = run.start.provenance;
  const code = environment && {
    id: environment.id,
    code_id: environment.code_id,
    facts: environmentFacts(environment),
  };
  return { code, session: session === undefined ? null : await store.session(session) };
}
