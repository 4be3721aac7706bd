/**
 * The names by which a filter may call what is known about a run: short names, the paths of the printed documents
 * (`start.…`, `stop.…`, `settled.…`, `temporal.…`, `provenance.…`), and every other name as a metadata field.
 * One table, read by the parser (types, hints) and by each store's search (columns). [isolate-safe]
 * @module
 */
import type { FieldPath } from './filter';

/** What a column holds, and so what it may be compared with. `instant` is UNIX seconds, written ISO-8601. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'instant';

/** A fact with a column of its own (or one join away). */
export interface ColumnField {
  kind: 'column';
  /** Canonical name; stores map it to SQL. */
  name: string;
  type: ColumnType;
  /** The only values there are, for fields with a closed set. */
  values?: readonly string[];
  /** `sha256:` and 64 hex digits, which are taken without the prefix too. */
  digest?: true;
}

/** A metadata field by its path. */
export interface MetadataField {
  kind: 'metadata';
  path: FieldPath;
}

export type Field = ColumnField | MetadataField;

/** The vocabulary of one kind of record. */
export interface FieldCatalogue {
  /** Meaning of a path; undefined when it names a place where nothing can be searched. */
  resolve(path: FieldPath): Field | undefined;
  /** Names to suggest. */
  readonly names: readonly string[];
}

/** Canonical name, type, other spellings, closed values. */
export type ColumnRow = readonly [
  name: string,
  type: ColumnType,
  paths: readonly string[],
  values?: readonly string[],
];

const EXIT_STATUSES = ['success', 'fail', 'abort'] as const;
const OUTCOMES = ['completed', 'failed', 'timed_out', 'canceled', 'superseded', 'lost'] as const;

/** Columns of a run: canonical name, type, other spellings (the paths in the printed documents), closed values. */
const RUN_COLUMNS: readonly ColumnRow[] = [
  ['uid', 'text', ['start.uid']],
  ['scan_id', 'number', ['start.scan_id']],
  ['time', 'instant', ['start.time']],
  ['lab', 'text', ['provenance.lab']],
  ['namespace', 'text', ['temporal.namespace']],
  ['workflow_id', 'text', ['temporal.workflow_id']],
  ['run_id', 'text', ['temporal.run_id']],
  ['workflow_type', 'text', ['temporal.workflow_type']],
  ['activity_id', 'text', ['temporal.activity_id']],
  ['activity_type', 'text', ['temporal.activity_type']],
  ['attempt', 'number', ['temporal.attempt']],
  ['is_local', 'boolean', ['temporal.is_local']],
  ['task_queue', 'text', ['temporal.task_queue']],
  ['scheduled_time', 'instant', ['temporal.scheduled_time']],
  ['environment', 'text', ['provenance.environment']],
  ['code', 'text', ['provenance.code']],
  ['session', 'text', ['provenance.session']],
  ['host', 'text', ['temporal.worker.host']],
  ['exit_status', 'text', ['stop.exit_status'], EXIT_STATUSES],
  ['stop_time', 'instant', ['stop.time']],
  ['outcome', 'text', ['settled.outcome'], OUTCOMES],
  // Read from the documents themselves, without an index: good beside a condition that is selective.
  ['temporal.worker.identity', 'text', []],
  ['temporal.worker.build_id', 'text', []],
  ['temporal.worker.deployment', 'text', []],
  ['temporal.schedule_id', 'text', []],
  ['temporal.trace_id', 'text', []],
  ['temporal.first_execution_run_id', 'text', []],
  ['temporal.parent.workflow_id', 'text', []],
  ['temporal.parent.run_id', 'text', []],
  ['temporal.root.workflow_id', 'text', []],
  ['temporal.root.run_id', 'text', []],
  ['stop.reason', 'text', []],
  ['stop.temporal.error.type', 'text', []],
  ['stop.temporal.error.message', 'text', []],
  ['stop.temporal.cancellation', 'text', []],
  ['stop.resources.duration_ms', 'number', []],
  ['stop.resources.max_rss_bytes', 'number', []],
  ['settled.time', 'instant', []],
];

/** Columns that hold digests. */
const DIGESTS: ReadonlySet<string> = new Set(['environment', 'code']);

/** First segments under which only what has a column can be searched. */
const CLOSED_PREFIXES = new Set(['temporal', 'provenance', 'stop', 'settled']);

/** Columns by each of their spellings. */
export function columnsByName(rows: readonly ColumnRow[]): Map<string, ColumnField> {
  const columns = new Map<string, ColumnField>();
  for (const [name, type, paths, values] of rows) {
    const column: ColumnField = { kind: 'column', name, type, values };
    if (DIGESTS.has(name)) column.digest = true;
    for (const path of [name, ...paths]) columns.set(path, column);
  }
  return columns;
}

function runCatalogue(columns: ReadonlyMap<string, ColumnField>): FieldCatalogue {
  return {
    names: [...columns.keys()],
    resolve(path) {
      const column = columns.get(path.join('.'));
      if (column) return column;
      const [head, ...rest] = path;
      if (head === undefined || head === '' || rest.length === 0) return metadata(path);
      if (head === 'start') return startField(rest, columns);
      return CLOSED_PREFIXES.has(head) ? undefined : metadata(path);
    },
  };
}

/** `start.X`: the start document's own field X, so that a metadata field that a short name hides has a name too. */
function startField(rest: FieldPath, columns: ReadonlyMap<string, ColumnField>): Field | undefined {
  if (rest.length > 1 && (rest[0] === 'temporal' || rest[0] === 'provenance')) {
    return columns.get(rest.join('.'));
  }
  return metadata(rest);
}

function metadata(path: FieldPath): MetadataField {
  return { kind: 'metadata', path };
}

/**
 * The paths at which the value of a metadata field stands: its own, and `name` below it. `sample` may be `'Ni-7'` or
 * `{ name: 'Ni-7', … }`, and both are listed alike: an object counts by its name.
 */
export function namesOf(path: FieldPath): FieldPath[] {
  return [path, [...path, 'name']];
}

/** Vocabulary of runs. */
export const RUN_FIELDS: FieldCatalogue = runCatalogue(columnsByName(RUN_COLUMNS));

/** The known name nearest to a name that may be mistyped: `WorkflowType` → `workflow_type`; undefined if none is near. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  return nearestNames(name, names, 1)[0];
}

/** The known names near to one that may be mistyped, the nearest first. */
export function nearestNames(name: string, names: Iterable<string>, most: number): string[] {
  const wanted = plain(name);
  const least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  const near: { candidate: string; steps: number }[] = [];
  for (const candidate of names) {
    const steps = distance(wanted, plain(candidate), least);
    if (steps < least) near.push({ candidate, steps });
  }
  near.sort((a, b) => a.steps - b.steps);
  return near.slice(0, most).map(({ candidate }) => candidate);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[_\-\s]/g, '')
    .slice(0, 100);
}

/** Edits between two words, counting a swap of neighbours as one; stops early past `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        steps = Math.min(steps, before[j - 2]! + 1);
      }
      row.push(steps);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
