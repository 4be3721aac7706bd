/**
 * The fields of an execution in a filter: short names, the paths of the printed documents (`start.…`,
 * `observed.…`, `settled.…`), `memo.…` and `search_attributes.…`. Every other name is a metadata field of its
 * runs. [isolate-safe]
 * @module
 */
import { isListPlace } from '../model/value-path';
import { type ColumnField, type ColumnRow, columnsByName, type FieldCatalogue } from './fields';

const STATUSES = [
  'completed',
  'failed',
  'canceled',
  'terminated',
  'timed_out',
  'continued_as_new',
  'lost',
] as const;
const ORIGINS = ['sandbox', 'history'] as const;

/** Facts of the start document, by their own names and under `start.`. */
const START: readonly ColumnRow[] = [
  ['workflow_id', 'text', []],
  ['run_id', 'text', []],
  ['workflow_type', 'text', []],
  ['namespace', 'text', []],
  ['start_time', 'instant', []],
  ['first_execution_run_id', 'text', []],
  ['parent.run_id', 'text', []],
  ['parent.workflow_id', 'text', []],
  ['parent.namespace', 'text', []],
  ['root.run_id', 'text', []],
  ['root.workflow_id', 'text', []],
  ['task_queue', 'text', []],
  ['schedule_id', 'text', []],
  ['scheduled_start_time', 'instant', []],
  ['caller.run_id', 'text', []],
  ['caller.workflow_id', 'text', []],
  ['caller.namespace', 'text', []],
  ['cron_schedule', 'text', []],
  ['continued_from', 'text', []],
  ['reset_from', 'text', []],
  ['attempt', 'number', []],
  ['build_id', 'text', []],
  ['deployment', 'text', []],
  ['origin', 'text', [], { values: ORIGINS }],
];

/** Facts of the end: from the server if it has reported it, else what the sandbox saw. */
const CLOSE: readonly ColumnRow[] = [
  ['status', 'text', [], { values: STATUSES }],
  ['close_time', 'instant', []],
  ['error.type', 'text', []],
  ['error.message', 'text', []],
  ['observed.status', 'text', [], { values: STATUSES }],
  ['settled.status', 'text', [], { values: STATUSES }],
  ['settled.reason', 'text', []],
];

/** The execution itself and its ancestors at every level. */
const FAMILY: ColumnRow = ['family', 'text', [], { order_by: 'workflow_id' }];

const COLUMNS: ReadonlyMap<string, ColumnField> = columnsByName([
  ...START.map(([name, type, , facts]): ColumnRow => [name, type, [`start.${name}`], facts]),
  ...CLOSE,
  FAMILY,
]);

/** First segments under which only fields with a column can be searched. */
const CLOSED_PREFIXES = new Set([
  ...['start', 'observed', 'settled', 'parent', 'root', 'caller', 'error', 'memo', 'search_attributes'],
]);

/** The fields of executions. */
export const EXECUTION_FIELDS: FieldCatalogue = {
  names: [...COLUMNS.keys()],
  resolve(path) {
    const column = COLUMNS.get(path.join('.'));
    if (column) return column;
    // Places in results and arguments belong to runs.
    if (path.some(isListPlace)) return undefined;
    const [head = '', ...rest] = path[0] === 'start' ? path.slice(1) : path;
    if ((head === 'memo' || head === 'search_attributes') && rest.length > 0) {
      return { kind: 'document', path: [head, ...rest] };
    }
    return path[0] === 'start' || CLOSED_PREFIXES.has(head)
      ? undefined
      : { kind: 'metadata', path, order_by: 'start_time' };
  },
};
