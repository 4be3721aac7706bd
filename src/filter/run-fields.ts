/**
 * The fields of a run in a filter: short names, the paths of the printed documents (`start.…`, `stop.…`,
 * `settled.…`, `temporal.…`, `provenance.…`). Every other name is a metadata field. One table, used by the
 * parser (types, hints) and by the search (columns). [isolate-safe]
 * @module
 */
import { isListPlace, valuePathOf } from '../model/value-path';
import {
  type ColumnField,
  type ColumnRow,
  columnsByName,
  type Field,
  type FieldCatalogue,
  type FieldPath,
} from './fields';

const EXIT_STATUSES = ['success', 'fail', 'abort'] as const;
const OUTCOMES = ['completed', 'failed', 'timed_out', 'canceled', 'superseded', 'lost'] as const;

/**
 * Statuses, as in the STATUS column of a list. `retried`: another attempt followed, whatever the result of this
 * one.
 */
export const RUN_STATUSES = [
  ...['open', 'async', 'completed', 'failed', 'timed_out', 'canceled', 'aborted', 'lost', 'retried'],
] as const;

/** Columns of a run: canonical name, type, other spellings (the paths in the printed documents). */
const RUN_COLUMNS: readonly ColumnRow[] = [
  ['uid', 'text', ['start.uid']],
  ['scan_id', 'number', ['start.scan_id']],
  ['time', 'instant', ['start.time']],
  ['lab', 'text', ['provenance.lab']],
  [
    'status',
    'text',
    [],
    {
      values: RUN_STATUSES,
      derived: true,
      order_by: 'outcome',
      note: 'for a metadata field of that name write start.status',
    },
  ],
  ['namespace', 'text', ['temporal.namespace']],
  ['workflow_id', 'text', ['temporal.workflow_id']],
  ['family', 'text', [], { order_by: 'workflow_id' }],
  ['run_id', 'text', ['temporal.run_id']],
  ['workflow_type', 'text', ['temporal.workflow_type']],
  ['activity_id', 'text', ['temporal.activity_id']],
  ['activity_type', 'text', ['temporal.activity_type', 'activity']],
  ['attempt', 'number', ['temporal.attempt']],
  ['is_local', 'boolean', ['temporal.is_local']],
  ['task_queue', 'text', ['temporal.task_queue']],
  ['scheduled_time', 'instant', ['temporal.scheduled_time']],
  ['environment', 'text', ['provenance.environment'], { digest: true }],
  ['code', 'text', ['provenance.code'], { digest: true }],
  ['session', 'text', ['provenance.session']],
  ['host', 'text', ['temporal.worker.host']],
  ['build_id', 'text', ['temporal.worker.build_id']],
  ['exit_status', 'text', ['stop.exit_status'], { values: EXIT_STATUSES }],
  ['stop_time', 'instant', ['stop.time']],
  ['error.type', 'text', ['stop.temporal.error.type']],
  ['error.message', 'text', ['stop.temporal.error.message']],
  ['outcome', 'text', ['settled.outcome'], { values: OUTCOMES }],
  ['settled.time', 'instant', []],
  ['temporal.worker.identity', 'text', []],
  ['temporal.worker.deployment', 'text', []],
  ['temporal.schedule_id', 'text', []],
  ['temporal.trace_id', 'text', []],
  ['temporal.first_execution_run_id', 'text', []],
  ['temporal.parent.workflow_id', 'text', []],
  ['temporal.parent.run_id', 'text', []],
  ['temporal.root.workflow_id', 'text', []],
  ['temporal.root.run_id', 'text', []],
  ['stop.reason', 'text', []],
  ['stop.temporal.cancellation', 'text', []],
  ['stop.temporal.completes_async', 'boolean', []],
  ['stop.resources.duration_ms', 'number', []],
  ['stop.resources.max_rss_bytes', 'number', []],
];

/** First segments under which only fields with a column can be searched. */
const CLOSED_PREFIXES = new Set(['temporal', 'provenance', 'stop', 'settled']);

function runCatalogue(columns: ReadonlyMap<string, ColumnField>): FieldCatalogue {
  return {
    names: [...columns.keys()],
    relations: ['upstream_of', 'downstream_of', 'uses'],
    resolve(path) {
      const column = columns.get(path.join('.'));
      if (column) return column;
      const place = placeField(path);
      if (place || path.some(isListPlace)) return place;
      const [head, ...rest] = path;
      if (head === undefined || head === '' || rest.length === 0) return { kind: 'metadata', path };
      if (head === 'start') return startField(rest, columns);
      // See docs/decisions/0011.
      return CLOSED_PREFIXES.has(head) ? undefined : { kind: 'metadata', path };
    },
  };
}

/**
 * A place in a result or in arguments. `result.x` is one if no metadata field is called `result`; `args[0]`
 * always is.
 */
function placeField(path: FieldPath): Field | undefined {
  const place = valuePathOf(path);
  if (!place) return undefined;
  const { short, ...value } = place;
  return short && value.of === 'result' && !path.some(isListPlace)
    ? { kind: 'metadata', path, otherwise: value }
    : { kind: 'value', path: value };
}

/** `start.X`: the start document's own field X. It names a metadata field that a short name hides. */
function startField(rest: FieldPath, columns: ReadonlyMap<string, ColumnField>): Field | undefined {
  if (rest.length > 1 && (rest[0] === 'temporal' || rest[0] === 'provenance')) {
    return columns.get(rest.join('.'));
  }
  return { kind: 'metadata', path: rest };
}

/** The fields of runs. */
export const RUN_FIELDS: FieldCatalogue = runCatalogue(columnsByName(RUN_COLUMNS));
