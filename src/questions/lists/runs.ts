/**
 * Runs that pass a filter, in its order, read as the caller takes them. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { RecordedError, RunRecord } from '../../model/documents';
import { readsEveryRun } from '../hints/unknown-fields';
import type { Scope } from '../scope';
import { errorOf, secondsOf, statusOf, type Tone, toneOf } from '../status';
import { fillReport, type SearchReport } from './search-report';

/** Selects runs, and how many are returned. */
export interface RunsWanted {
  filter: Filter;
  /** @defaultValue all */
  limit?: number;
  /** True to fold the attempts of one activity into the last that passes the filter. */
  fold_attempts?: boolean;
  /**
   * uid of a run: returns only what follows it in the order of the answer, whether or not it passes the filter.
   */
  after?: string;
  /** Filled before the first run is returned. */
  report?: SearchReport;
}

/** The most documents that are in memory at a time. */
const PAGE = 500;

/**
 * The runs of the scope's labs, the last recorded first unless the filter has an order. The list of runs is
 * fixed at the beginning; their documents are read as the caller takes them.
 * @throws (rejects) ProvenanceError CURSOR_GONE if `after` names no run
 */
export async function* runsOf(
  { store, only_lab: lab }: Scope,
  wanted: RunsWanted,
): AsyncGenerator<RunRecord> {
  const { limit = Number.MAX_SAFE_INTEGER, report, ...query } = wanted;
  const found = await store.searchRuns({ ...query, limit, lab });
  fillReport(report, found);
  const { numbers } = found;
  for (let from = 0; from < numbers.length; from += PAGE)
    yield* await store.readRuns(numbers.slice(from, from + PAGE));
}

const MANY_RUNS = 50_000;

/** Why an answer may take seconds; undefined if it does not. */
export async function slowRemark({ store }: Scope, filter: Filter): Promise<string | undefined> {
  if (readsEveryRun(filter) === undefined) return undefined;
  const slow = readsEveryRun(
    filter,
    (await store.indexedPlaces()).map(({ path }) => path),
  );
  if (slow === undefined) return undefined;
  const labs = await store.labRuns({ most: MANY_RUNS });
  return labs.some(({ runs }) => runs >= MANY_RUNS) ? slow : undefined;
}

/** A run with values derived from its documents. */
export interface RunView extends RunRecord {
  /** One word, as the command line shows it: `open`, `completed`, `failed`, `retried`, … (docs/reference/command-line.md lists them all). */
  status: string;
  /** The tone of the status: `good`, `bad`, `odd` or `open`. */
  tone: Tone;
  /** Duration of the run's code, in milliseconds; absent while the run is open. */
  took_ms?: number;
  /** Absent if no error was recorded. */
  error?: RecordedError;
}

/** A run as programs see it. */
export function runView(run: RunRecord): RunView {
  const status = statusOf(run);
  const seconds = secondsOf(run);
  const error = errorOf(run);
  return {
    ...run,
    status,
    tone: toneOf(status),
    ...(seconds !== undefined && { took_ms: seconds * 1000 }),
    ...(error && { error }),
  };
}
