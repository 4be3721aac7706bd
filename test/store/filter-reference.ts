/**
 * What a filter means, read directly from a run's documents: slow, plain, and independent of the search that it checks.
 * `undefined` is the third value: the field is not there, so that neither the condition nor its negation holds.
 * @module
 */

import type { Field, FieldPath, Literal } from '../../src/filter/fields';
import type { ComparisonOperator, Filter } from '../../src/filter/filter';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import type { RunRecord } from '../../src/model/documents';

/** A filter as it is written: its fields by their paths, whatever the product makes of them. */
export type Written =
  | { op: 'and' | 'or'; conditions: Written[] }
  | { op: 'not'; condition: Written }
  | { op: 'compare'; field: FieldPath; operator: ComparisonOperator; value: Literal }
  | { op: 'in'; field: FieldPath; values: Literal[]; negated: boolean }
  | { op: 'between'; field: FieldPath; low: Literal; high: Literal; negated: boolean }
  | { op: 'starts-with'; field: FieldPath; prefix: string; negated: boolean }
  | { op: 'is-null'; field: FieldPath; negated: boolean };

export interface WrittenFilter {
  where?: Written;
  order?: { field: FieldPath; direction: 'asc' | 'desc' }[];
}

/** The filter as the parser makes it: each path resolved. */
export function resolved({ where, order }: WrittenFilter): Filter {
  const resolve = (path: FieldPath) => RUN_FIELDS.resolve(path)!;
  const condition = (one: Written): NonNullable<Filter['where']> => {
    if (one.op === 'not') return { op: 'not', condition: condition(one.condition) };
    if ('conditions' in one) return { op: one.op, conditions: one.conditions.map(condition) };
    return { ...one, field: resolve(one.field) };
  };
  return {
    ...(where && { where: condition(where) }),
    ...(order && { order: order.map((key) => ({ ...key, field: resolve(key.field) })) }),
  };
}

/** A parsed filter with its fields by path again. */
export function written({ where, order }: Filter): WrittenFilter {
  const path = (field: Field): FieldPath => {
    if (field.kind === 'value') throw new Error('Places in results are told by value-records.ts.');
    return field.kind === 'column' ? field.name.split('.') : field.path;
  };
  const condition = (one: NonNullable<Filter['where']>): Written => {
    if (one.op === 'not') return { op: 'not', condition: condition(one.condition) };
    if ('conditions' in one) return { op: one.op, conditions: one.conditions.map(condition) };
    return { ...one, field: path(one.field) };
  };
  return {
    ...(where && { where: condition(where) }),
    ...(order && { order: order.map((key) => ({ ...key, field: path(key.field) })) }),
  };
}

type Truth = boolean | undefined;

/** Known names and where they stand in `{start, stop, settled}`. */
const PLACES: Record<string, string> = {
  scan_id: 'start.scan_id',
  time: 'start.time',
  lab: 'start.provenance.lab',
  workflow_id: 'start.temporal.workflow_id',
  workflow_type: 'start.temporal.workflow_type',
  run_id: 'start.temporal.run_id',
  activity_type: 'start.temporal.activity_type',
  attempt: 'start.temporal.attempt',
  is_local: 'start.temporal.is_local',
  scheduled_time: 'start.temporal.scheduled_time',
  host: 'start.temporal.worker.host',
  session: 'start.provenance.session',
  build_id: 'start.temporal.worker.build_id',
  exit_status: 'stop.exit_status',
  stop_time: 'stop.time',
  'error.type': 'stop.temporal.error.type',
  'error.message': 'stop.temporal.error.message',
  outcome: 'settled.outcome',
};

/** Known names that stand in no document. */
const COMPUTED: Record<string, (run: RunRecord) => string[]> = {
  status: (run) => [statusOf(run)],
  family: (run) => familyOf(run.start.temporal.workflow_id),
};

function statusOf({ stop, settled }: RunRecord): string {
  if (settled) return settled.outcome === 'superseded' ? 'retried' : settled.outcome;
  if (!stop) return 'open';
  if (stop.temporal?.completes_async) return 'async';
  return { success: 'completed', fail: 'failed', abort: 'aborted' }[stop.exit_status];
}

/** Number of the workflow above `w-N`; undefined for the root. */
export function parentOf(n: number): number | undefined {
  return n === 0 ? undefined : (n - 1) >> 1;
}

function familyOf(workflow_id: string | undefined): string[] {
  const found: string[] = [];
  let n = workflow_id === undefined ? undefined : Number(workflow_id.slice(2));
  for (; n !== undefined; n = parentOf(n)) found.push(`w-${n}`);
  return found;
}

/** Values by which a field is compared: of an object its name. */
function comparedValuesOf(run: RunRecord, path: FieldPath): unknown[] {
  const name = path.join('.');
  const isColumn =
    PLACES[name] !== undefined || COMPUTED[name] !== undefined || /^(temporal|stop|settled)\b/.test(path[0]!);
  return [...valuesOf(run, path), ...(isColumn ? [] : valuesOf(run, [...path, 'name']))];
}

/** Values that a field has in a run: several where arrays stand in its way. */
function valuesOf(run: RunRecord, path: FieldPath): unknown[] {
  const written = path.join('.');
  const computed = COMPUTED[written];
  if (computed) return computed(run);
  let place = PLACES[written] ?? written;
  if (/^(temporal|provenance)\./.test(place) || !/^(start|stop|settled)\./.test(place))
    place = `start.${place}`;
  return walk(run, place.split('.')).filter((value) => value !== undefined && value !== null);
}

function walk(value: unknown, path: string[]): unknown[] {
  if (Array.isArray(value)) {
    const inside = value.flatMap((item) => walk(item, path));
    return path.length === 0 ? [value, ...inside] : inside;
  }
  if (path.length === 0) return [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, path[0]!)) return [];
  return walk((value as Record<string, unknown>)[path[0]!], path.slice(1));
}

/** The filter's answer for one run. */
export function holds(condition: Written, run: RunRecord): Truth {
  switch (condition.op) {
    case 'not':
      return negated(holds(condition.condition, run));
    case 'and':
      return condition.conditions.map((one) => holds(one, run)).reduce(both, true);
    case 'or':
      return negated(condition.conditions.map((one) => negated(holds(one, run))).reduce(both, true));
    case 'is-null':
      return (valuesOf(run, condition.field).length === 0) !== condition.negated;
    default: {
      const values = valuesOf(run, condition.field);
      if (values.length === 0) return undefined;
      const turned = condition.op === 'compare' ? condition.operator === '!=' : condition.negated;
      return comparedValuesOf(run, condition.field).some((value) => passes(condition, value)) !== turned;
    }
  }
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function both(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

type Test = Exclude<Written, { op: 'and' | 'or' | 'not' | 'is-null' }>;

function passes(test: Test, value: unknown): boolean {
  switch (test.op) {
    case 'in':
      return test.values.some((wanted) => wanted === value);
    case 'starts-with':
      return typeof value === 'string' && value.startsWith(test.prefix);
    case 'between':
      return ordered(test.low, value) <= 0 && ordered(value as Literal, test.high) <= 0;
    case 'compare': {
      if (test.operator === '=' || test.operator === '!=') return value === test.value;
      const order = ordered(value as Literal, test.value);
      if (test.operator === '<') return order < 0;
      if (test.operator === '<=') return order <= 0;
      return test.operator === '>' ? order > 0 : order >= 0;
    }
  }
}

/** Order of two values of one type; NaN, which compares with nothing, for others. */
function ordered(a: unknown, b: unknown): number {
  if (typeof a !== typeof b || typeof a === 'object') return Number.NaN;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

/** The runs that pass, in order, from runs in the store's own order (oldest first). */
export function search(filter: WrittenFilter, runs: readonly RunRecord[]): RunRecord[] {
  const passing = runs.filter((run) => !filter.where || holds(filter.where, run) === true);
  const order = filter.order ?? [];
  const last = order[0]?.direction === 'asc' ? 1 : -1;
  const place = new Map(runs.map((run, i) => [run, i]));
  return passing.sort((a, b) => {
    for (const { field, direction } of order) {
      const way = compareKeys(keyOf(a, field), keyOf(b, field));
      if (way !== 0) return direction === 'asc' ? way : -way;
    }
    return last * (place.get(a)! - place.get(b)!);
  });
}

/** Absent, numbers, booleans, text; an array by its least value, an object by its name. */
function keyOf(run: RunRecord, field: FieldPath): unknown {
  const scalars = comparedValuesOf(run, field).filter((value) => typeof value !== 'object');
  return scalars.sort(compareKeys)[0];
}

const RANKS = ['undefined', 'number', 'boolean', 'string'];

function compareKeys(a: unknown, b: unknown): number {
  const rank = RANKS.indexOf(typeof a) - RANKS.indexOf(typeof b);
  if (rank !== 0 || a === undefined) return rank;
  return ordered(a, b);
}
