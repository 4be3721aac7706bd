/**
 * Random filters for property tests.
 * @module
 */
import fc from 'fast-check';
import type { Condition, FieldPath, Filter, Literal } from '../../src/filter/filter';

/** Names of metadata fields, plain and odd. */
const PATHS: FieldPath[] = [
  ['operator'],
  ['sample'],
  ['sample', 'name'],
  ['sample', 'mass'],
  ['tags'],
  ['dose'],
  ['note'],
  ['first name'],
  ['order'],
  ["quo'te`"],
  ['never'],
];

/** Values that the documents of the tests hold too, so that filters hit. */
export const VALUES: Literal[] = [
  'Ada',
  'Bob',
  '',
  "it's",
  'A',
  'Ab',
  'ABC',
  'Ω🙂',
  0,
  1,
  -2.5,
  7,
  1e21,
  true,
  false,
];

const paths = fc.constantFrom(...PATHS);
const literals: fc.Arbitrary<Literal> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
);

const metadataTests: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    op: fc.constant('compare' as const),
    field: paths,
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>=' as const),
    value: literals,
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: paths,
    values: fc.array(literals, { minLength: 1, maxLength: 4 }),
    negated: fc.boolean(),
  }),
  fc
    .record({ field: paths, ends: fc.tuple(literals, literals), negated: fc.boolean() })
    .filter(({ ends }) => typeof ends[0] === typeof ends[1])
    .map(({ field, ends: [low, high], negated }) => ({ op: 'between' as const, field, low, high, negated })),
  fc.record({
    op: fc.constant('starts-with' as const),
    field: paths,
    prefix: fc.constantFrom('', 'A', 'Ab', 'it', 'Ω', 'x'),
    negated: fc.boolean(),
  }),
  fc.record({ op: fc.constant('is-null' as const), field: paths, negated: fc.boolean() }),
);

const columnTests: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constantFrom(
      ['scan_id'],
      ['start', 'scan_id'],
      ['attempt'],
      ['time'],
      ['stop', 'time'],
      ['temporal', 'scheduled_time'],
    ),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>=' as const),
    value: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constantFrom(
      ['activity_type'],
      ['temporal', 'workflow_type'],
      ['lab'],
      ['workflow_id'],
      ['host'],
    ),
    values: fc.subarray(['acquire', 'reduce', 'pipeline', 'default', 'hall-2', 'w-1', 'w-2', 'machine'], {
      minLength: 1,
    }),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constant(['exit_status']),
    values: fc.subarray(['success', 'fail', 'abort'], { minLength: 1 }),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constant(['outcome']),
    operator: fc.constantFrom('=', '!=' as const),
    value: fc.constantFrom('completed', 'failed', 'lost'),
  }),
  fc.record({
    op: fc.constant('starts-with' as const),
    field: fc.constantFrom(['activity_type'], ['workflow_id'], ['temporal', 'run_id']),
    prefix: fc.constantFrom('', 'a', 'w-', 'x'),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constant(['is_local']),
    operator: fc.constantFrom('=', '!=' as const),
    value: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('is-null' as const),
    field: fc.constantFrom(['exit_status'], ['outcome'], ['workflow_type'], ['scan_id'], ['run_id']),
    negated: fc.boolean(),
  }),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    metadataTests,
    columnTests,
    fc.record({
      op: fc.constantFrom('and', 'or' as const),
      conditions: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
    }),
    fc.record({ op: fc.constant('not' as const), condition: tie('condition') }),
  ),
}));

const orders = fc.array(
  fc.record({
    field: fc.constantFrom<FieldPath>(
      ['scan_id'],
      ['time'],
      ['operator'],
      ['dose'],
      ['sample'],
      ['tags'],
      ['exit_status'],
      ['never'],
    ),
    direction: fc.constantFrom('asc', 'desc' as const),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Filters as the parser builds them. */
export function filters(): fc.Arbitrary<Filter> {
  return fc.record({ where: condition, order: orders }, { requiredKeys: [] });
}
