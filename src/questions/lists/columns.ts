/**
 * Columns of lists: values of runs and executions by the names of the filter language. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import type { FieldCatalogue } from '../../filter/fields';
import { formatField } from '../../filter/format';
import { RUN_FIELDS } from '../../filter/run-fields';
import { tokenize } from '../../filter/tokens';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { nearestName } from '../../model/nearest-name';
import { documentSteps, isListPlace, type ValuePath } from '../../model/value-path';
import { endOf } from '../status';
import type { ExecutionView } from './executions';
import type { RunView } from './runs';

/** The duration in milliseconds: a column that is not a field. */
export const TOOK = 'took_ms';
/** Fields that a filter can test, but that have no value to show. */
const NO_COLUMN = new Set(['family']);

/** Metadata in a list of executions. */
const OF_FIRST_RUNS = new Set(['operator', 'sample']);

/** The paths of a run's short names in its documents. Other names are their own paths. */
const RUN_PLACES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['uid', 'scan_id', 'time'].map((name) => [name, `start.${name}`])),
  ...Object.fromEntries(
    [
      ...['namespace', 'workflow_id', 'run_id', 'workflow_type', 'activity_id', 'activity_type', 'attempt'],
      ...['is_local', 'task_queue', 'scheduled_time'],
    ].map((name) => [name, `start.temporal.${name}`]),
  ),
  ...Object.fromEntries(
    ['lab', 'environment', 'code', 'session'].map((name) => [name, `start.provenance.${name}`]),
  ),
  host: 'start.temporal.worker.host',
  build_id: 'start.temporal.worker.build_id',
  exit_status: 'stop.exit_status',
  stop_time: 'stop.time',
  outcome: 'settled.outcome',
  'error.type': 'error.type',
  'error.message': 'error.message',
  [TOOK]: 'took_ms',
  status: 'status',
};

/** A column of a list. */
export interface ListColumn {
  /** The name as requested. */
  name: string;
  /** The path of its value in a view. */
  path: readonly string[];
}

/**
 * Columns of runs by their names.
 * @throws ProvenanceError FILTER_INVALID for a name that cannot be shown
 */
export function runColumns(names: readonly string[]): ListColumn[] {
  return names.map((name) => ({ name, path: runPath(name) }));
}

/**
 * Columns of executions by their names. Metadata is that of their first runs.
 * @throws ProvenanceError FILTER_INVALID for a name that cannot be shown
 */
export function executionColumns(names: readonly string[]): ListColumn[] {
  return names.map((name) => ({ name, path: executionPath(name) }));
}

/** The values of a run in the given columns, without missing ones. */
export function runValues(run: RunView, columns: readonly ListColumn[]): JsonObject {
  return valuesIn(run, columns);
}

/** The values of an execution in the given columns, without missing ones. */
export function executionValues(execution: ExecutionView, columns: readonly ListColumn[]): JsonObject {
  const { operator, sample, start } = execution;
  const end = endOf(execution);
  const took_ms = end ? (end.close_time - start.start_time) * 1000 : undefined;
  return valuesIn({ ...execution, metadata: { operator, sample }, end, took_ms }, columns);
}

function valuesIn(view: object, columns: readonly ListColumn[]): JsonObject {
  const values: JsonObject = {};
  for (const { name, path } of columns) {
    const value = valueAt(view as JsonObject, path);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function runPath(name: string): string[] {
  const path = pathOf(name, RUN_FIELDS);
  if (name === TOOK) return [TOOK];
  const field = RUN_FIELDS.resolve(path);
  if (!field || field.kind === 'lineage') return refuse(name, RUN_FIELDS);
  if (field.kind === 'value') return placePath(field.path);
  if (field.kind !== 'column') return ['start', ...field.path];
  if (NO_COLUMN.has(field.name)) return refuse(name, RUN_FIELDS);
  const place = RUN_PLACES[field.name] ?? field.name.replace(/^temporal\./, 'start.temporal.');
  return place.split('.');
}

/** Facts of the end come from the server if it has reported them. */
function executionPath(name: string): string[] {
  const path = pathOf(name, EXECUTION_FIELDS);
  if (name === TOOK || name === 'status' || name === 'lab' || name === 'scan_id') return [name];
  const field = EXECUTION_FIELDS.resolve(path);
  if (!field || (field.kind === 'column' && NO_COLUMN.has(field.name))) return refuse(name, EXECUTION_FIELDS);
  if (field.kind === 'metadata') {
    if (OF_FIRST_RUNS.has(field.path[0] ?? '')) return ['metadata', ...field.path];
    const known = [...OF_FIRST_RUNS].join(' and ');
    throw new ProvenanceError(
      'FILTER_INVALID',
      `Lists of executions have only ${known} of the first run, not the column '${name}'; use the list of runs.`,
    );
  }
  if (field.kind === 'document') return ['start', ...field.path];
  if (/^(close_time|error\.)/.test(name)) return ['end', ...path];
  if (/^(observed|settled)\./.test(name)) return path;
  return ['start', ...path.filter((part) => part !== 'start')];
}

function placePath(place: ValuePath): string[] {
  const steps = documentSteps(place).map((step) => (typeof step === 'number' ? `[${step}]` : step));
  return [place.of === 'result' ? 'stop' : 'start', ...steps];
}

function pathOf(name: string, catalogue: FieldCatalogue): string[] {
  try {
    const [token, end] = tokenize(name);
    if (token?.kind === 'name' && end?.kind === 'end') return token.path!;
  } catch {
    // An invalid name is reported below.
  }
  return refuse(name, catalogue);
}

function refuse(name: string, { names }: FieldCatalogue): never {
  const near = nearestName(name, names);
  const way = near === undefined ? 'write a field as in a filter.' : `did you mean ${near}?`;
  throw new ProvenanceError('FILTER_INVALID', `There is no column '${name}'; ${way}`);
}

function valueAt(view: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = view;
  for (const part of path) {
    if (isListPlace(part) && Array.isArray(value)) value = value[Number(part.slice(1, -1))];
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value === null ? undefined : value;
}

/** The name of a metadata field in columns and filters. */
export function columnName(path: string): string {
  const parts = path.split('.');
  const meant = RUN_FIELDS.resolve(parts);
  return formatField(meant?.kind === 'metadata' ? parts : ['start', ...parts]);
}
