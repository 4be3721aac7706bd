/**
 * The fields that have a type in event-model's `run_start` document (schema of event-model 1.24), with their
 * checks. `sample`, `scan_id` and the plan's fields follow rules of this product, which are at least as strict
 * as event-model's. [isolate-safe]
 * @module
 */
import { isScanId, MAX_SCAN_ID } from '../model/ids';
import { isJsonObject, type Json, type JsonObject } from '../model/json';

/** Reports a fault of a value at a path below the field. */
export type Report = (path: (string | number)[], message: string) => void;

type FieldCheck = (value: Json, report: Report, path: (string | number)[]) => void;

const text: FieldCheck = (value, report, path) => {
  if (typeof value !== 'string') report(path, 'must be a string');
};

const object: FieldCheck = (value, report, path) => {
  if (!isJsonObject(value)) report(path, 'must be an object');
};

const listOf =
  (item: FieldCheck): FieldCheck =>
  (value, report, path) => {
    if (!Array.isArray(value)) return report(path, 'must be an array');
    for (const [index, element] of value.entries()) item(element, report, [...path, index]);
  };

const sample: FieldCheck = (value, report, path) => {
  if (typeof value !== 'string' && !isJsonObject(value)) report(path, 'must be a string or an object');
};

const scanId: FieldCheck = (value, report, path) => {
  if (!isScanId(value)) report(path, `must be an integer from 0 to ${MAX_SCAN_ID}`);
};

const axis: FieldCheck = (value, report, path) => {
  if (typeof value === 'string') return;
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return;
  report(path, 'must be a string or an array of strings');
};

const hints: FieldCheck = (value, report, path) => {
  if (!isJsonObject(value)) return report(path, 'must be an object');
  if (Object.hasOwn(value, 'dimensions')) {
    listOf(listOf(axis))(value.dimensions!, report, [...path, 'dimensions']);
  }
};

/** What the four kinds of event-model's projections need in addition to `type`. */
const PROJECTION_KINDS: readonly JsonObject[] = [
  { type: 'static', value: 'any' },
  { type: 'linked', location: 'event', field: 'string', stream: 'string' },
  {
    type: 'linked',
    location: 'configuration',
    field: 'string',
    stream: 'string',
    config_device: 'string',
    config_index: 'integer',
  },
  { type: 'calculated', location: 'event', field: 'string', stream: 'string', calculation: 'calculation' },
];

function hasShape(value: Json, shape: JsonObject): boolean {
  if (!isJsonObject(value)) return false;
  return Object.keys(shape).every((key) => Object.hasOwn(value, key) && fits(value[key]!, key, shape[key]!));
}

function fits(value: Json, key: string, wanted: Json): boolean {
  if (key === 'type' || key === 'location') return value === wanted;
  if (wanted === 'string') return typeof value === 'string';
  if (wanted === 'integer') return Number.isInteger(value);
  return wanted === 'any' || isCalculation(value);
}

function isCalculation(value: Json): boolean {
  if (!isJsonObject(value) || typeof value.callable !== 'string') return false;
  const { args, kwargs } = value;
  return (args === undefined || Array.isArray(args)) && (kwargs === undefined || isJsonObject(kwargs));
}

const projection: FieldCheck = (value, report, path) => {
  if (!isJsonObject(value)) return report(path, 'must be an object');
  for (const key of ['configuration', 'projection', 'version']) {
    if (!Object.hasOwn(value, key)) report([...path, key], 'is required by event-model');
  }
  if (value.name !== undefined) text(value.name, report, [...path, 'name']);
  if (value.version !== undefined) text(value.version, report, [...path, 'version']);
  if (value.configuration !== undefined) object(value.configuration, report, [...path, 'configuration']);
  if (value.projection === undefined) return;
  if (!isJsonObject(value.projection)) return report([...path, 'projection'], 'must be an object');
  for (const [key, item] of Object.entries(value.projection)) {
    if (!PROJECTION_KINDS.some((kind) => hasShape(item, kind))) {
      report(
        [...path, 'projection', key],
        'must be a static, linked, configuration or calculated projection',
      );
    }
  }
};

/** Typed fields, by name. A `Map`, so that a field called `constructor` finds nothing. */
export const TYPED_FIELDS: ReadonlyMap<string, FieldCheck> = new Map<string, FieldCheck>([
  ['scan_id', scanId],
  ['plan_name', text],
  ['plan_type', text],
  ['sample', sample],
  ['owner', text],
  ['group', text],
  ['project', text],
  ['data_session', text],
  ['data_groups', listOf(text)],
  ['hints', hints],
  ['projections', listOf(projection)],
]);

/**
 * Fields whose arrays hold foreign content (arguments; projections, whose keys are paths in a file). Inside
 * those arrays keys may contain `.` and `/`, as event-model allows.
 */
export const FREE_KEYS_IN_ARRAYS: ReadonlySet<string> = new Set(['plan_args', 'projections']);
