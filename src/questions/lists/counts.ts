/**
 * Counts runs by fields and by time. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { type Literal, namesOf } from '../../filter/fields';
import { type Filter, predicatesOf } from '../../filter/filter';
import { formatPlace } from '../../filter/format';
import { parsePlace } from '../../filter/place';
import { RUN_FIELDS } from '../../filter/run-fields';
import { nearestName } from '../../model/nearest-name';
import type { GroupKey } from '../../store/read/counting/grouping';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';
import { fillReport, type SearchReport } from './search-report';

/** The number of runs that have the same values. */
export interface RunCount {
  /**
   * Values by the requested names; null if the runs have none. Months are `2026-11`; weeks are the date of
   * their Monday.
   */
  by: { [name: string]: Literal | null };
  runs: number;
}

/** Which runs are counted, and by what. */
export interface CountsWanted {
  filter: Filter;
  /** Fields, and `day`, `week`, `month`, `year` of the opening (UTC). */
  by: readonly string[];
  report?: SearchReport;
}

const DAY_S = 86_400;
/** The most metadata fields that are read to find one of the requested name. */
const MANY_FIELDS = 5_000;

/** Names of periods by which runs are counted, each with the function from a day to its period. */
const TIMES: Readonly<Record<string, (day: number) => string>> = {
  day: (day) => dateOf(day),
  // 1970-01-01, day 0, was a Thursday.
  week: (day) => dateOf(day - ((day + 3) % 7)),
  month: (day) => dateOf(day).slice(0, 7),
  year: (day) => dateOf(day).slice(0, 4),
};

/** Known fields by which runs are counted, with their column of the view `runs`. */
const COLUMNS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...[
        'lab',
        'status',
        'namespace',
        'workflow_id',
        'run_id',
        'workflow_type',
        'activity_id',
        'activity_type',
      ],
      ...['attempt', 'task_queue', 'environment', 'code', 'session', 'host', 'exit_status', 'outcome'],
    ].map((name) => [name, name]),
  ),
  'temporal.worker.build_id': 'build_id',
  'stop.reason': 'reason',
  'stop.temporal.error.type': 'error_type',
};

/**
 * Counts the runs of the scope's labs. Periods are in time order; other values are sorted by count, the most
 * frequent first.
 * @throws (rejects) ProvenanceError FILTER_INVALID for a field by which runs cannot be counted
 */
export async function countRuns({ store, only_lab: lab }: Scope, wanted: CountsWanted): Promise<RunCount[]> {
  const { filter, by, report } = wanted;
  const keys: GroupKey[] = [];
  for (const name of by) keys.push((await placeKey(store, name)) ?? keyOf(name));
  const searched = asksForPlaces(filter)
    ? await store.searchRuns({ filter: { where: filter.where }, lab, limit: Number.MAX_SAFE_INTEGER })
    : undefined;
  if (searched) fillReport(report, searched);
  const found = await store.groupRuns({ filter, lab, keys, ...(searched && { numbers: searched.numbers }) });
  const counts = new Map<string, RunCount>();
  for (const { values, runs } of found) {
    const shown = values.map((value, i) =>
      value === null ? null : (TIMES[by[i]!]?.(value as number) ?? value),
    );
    const key = JSON.stringify(shown);
    const known = counts.get(key);
    if (known) known.runs += runs;
    else counts.set(key, { by: Object.fromEntries(by.map((name, i) => [name, shown[i]!])), runs });
  }
  if (by.length === 0 && counts.size === 0) return [{ by: {}, runs: 0 }];
  return [...counts.values()].sort(inOrder(by.filter((name) => name in TIMES)));
}

function inOrder(times: readonly string[]): (a: RunCount, b: RunCount) => number {
  const timeOf = ({ by }: RunCount) => times.map((name) => String(by[name])).join();
  return (a, b) => {
    const [left, right] = [timeOf(a), timeOf(b)];
    if (left !== right) return left < right ? -1 : 1;
    return b.runs - a.runs || (JSON.stringify(a.by) < JSON.stringify(b.by) ? -1 : 1);
  };
}

function asksForPlaces({ where }: Filter): boolean {
  return predicatesOf(where).some(
    ({ field }) => field.kind === 'value' || (field.kind === 'metadata' && field.otherwise !== undefined),
  );
}

/** A place in results or arguments, by which runs are counted if it is indexed; undefined for other names. */
async function placeKey(store: Store, name: string): Promise<GroupKey | undefined> {
  const place = parsePlace(name);
  if (!place) return undefined;
  const path = formatPlace(place);
  const indexed = (await store.indexedPlaces()).find((one) => one.path === path);
  if (indexed?.complete) return { kind: 'place', path };
  const [head = ''] = name.split('.');
  if (!indexed && (await store.paths(MANY_FIELDS)).includes(head)) return undefined;
  const why = indexed ? 'its index is not complete yet' : 'the option `indexed` does not contain it';
  throw new ProvenanceError(
    'FILTER_INVALID',
    `Runs can be counted only by indexed paths; '${name}': ${why}.`,
  );
}

function keyOf(name: string): GroupKey {
  if (name in TIMES) return { kind: 'day' };
  const path = name.split('.');
  const field = RUN_FIELDS.resolve(path);
  const column = COLUMNS[field?.kind === 'column' ? field.name : name];
  if (column !== undefined) return { kind: 'column', name: column };
  if (field?.kind === 'metadata' && path.every(Boolean))
    return { kind: 'metadata', paths: namesOf(field.path).map((one) => one.join('.')) };
  const names = [...Object.keys(TIMES), ...Object.keys(COLUMNS)];
  const near = nearestName(name, names);
  throw new ProvenanceError(
    'FILTER_INVALID',
    `Runs cannot be counted by '${name}'${near ? `; did you mean ${near}?` : `: use a metadata field, or one of ${names.join(', ')}.`}`,
  );
}

function dateOf(day: number): string {
  return new Date(day * DAY_S * 1000).toISOString().slice(0, 10);
}
