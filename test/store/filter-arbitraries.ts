/**
 * Random filters for property tests.
 * @module
 */
import fc from 'fast-check';
import type { FieldPath, Literal } from '../../src/filter/fields';
import type { Written, WrittenFilter } from './filter-reference';

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

const metadataTests: fc.Arbitrary<Written> = fc.oneof(
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

const columnTests: fc.Arbitrary<Written> = fc.oneof(
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constantFrom(
      ['scan_id'],
      ['start', 'scan_id'],
      ['attempt'],
      ['time'],
      ['stop', 'time'],
      ['stop_time'],
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
      ['family'],
      ['session'],
      ['build_id'],
      ['error', 'type'],
      ['stop', 'temporal', 'error', 'type'],
      ['host'],
    ),
    values: fc.subarray(
      [
        'session-1',
        'build-0',
        'build-2',
        'Error',
        'MotorError',
        'acquire',
        'reduce',
        'pipeline',
        'default',
        'hall-2',
        'w-1',
        'w-2',
        'machine',
      ],
      {
        minLength: 1,
      },
    ),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constant(['exit_status']),
    values: fc.subarray(['success', 'fail', 'abort'], { minLength: 1 }),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constant(['status']),
    values: fc.subarray(['open', 'async', 'completed', 'failed', 'aborted', 'lost', 'retried'], {
      minLength: 1,
    }),
    negated: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constant(['outcome']),
    operator: fc.constantFrom('=', '!=' as const),
    value: fc.constantFrom('completed', 'failed', 'lost', 'superseded'),
  }),
  fc.record({
    op: fc.constant('starts-with' as const),
    field: fc.constantFrom(
      ...[
        ['activity_type'],
        ['workflow_id'],
        ['family'],
        ['temporal', 'run_id'],
        ['error', 'message'],
        ['status'],
      ],
    ),
    prefix: fc.constantFrom('', 'a', 'w-', 'x', 'axis ', 'c'),
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
    field: fc.constantFrom(
      ...[['exit_status'], ['outcome'], ['status'], ['workflow_type'], ['scan_id'], ['run_id'], ['family']],
      ...[['session'], ['build_id'], ['error', 'type']],
    ),
    negated: fc.boolean(),
  }),
);

const { condition } = fc.letrec<{ condition: Written }>((tie) => ({
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
      ['stop_time'],
      ['session'],
      ['never'],
    ),
    direction: fc.constantFrom('asc', 'desc' as const),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Filters, their fields by path. */
export function filters(): fc.Arbitrary<WrittenFilter> {
  return fc.record({ where: condition, order: orders }, { requiredKeys: [] });
}
