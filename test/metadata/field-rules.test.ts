/** Rules of fields without code: what they let pass, what they say, and which rules are none. */
import { expect, it } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { compileFieldRules, type FieldRule, joinedFieldRules } from '../../src/metadata/field-rules';
import { formatPath } from '../../src/metadata/issues';
import type { Json, JsonObject } from '../../src/model/json';

const told = (rules: Parameters<typeof compileFieldRules>[0], fields: JsonObject) =>
  compileFieldRules(rules)(fields).map(({ path, message }) => `${formatPath(path)} ${message}`);

it.each([
  [{ type: 'string' }, ['x', ''], [1, null, {}, []], 'must be a string'],
  [{ type: 'integer' }, [1, -0, 1e15], [1.5, '1'], 'must be an integer'],
  [{ type: ['string', 'object'] }, ['x', {}], [1, []], 'must be a string or an object'],
  [{ type: 'array' }, [[]], [{}], 'must be an array'],
  [{ pattern: '^Ni-\\d+$' }, ['Ni-7'], ['Ni-', 'xNi-7', ''], 'must match ^Ni-\\d+$'],
  [{ pattern: '7' }, ['Ni-7'], [7], 'must be a string'],
  [{ pattern: '^.$', type: ['string', 'number'] }, ['🙂', 7], ['ab'], 'must match ^.$'],
  [{ pattern: '\\_' }, ['a_b'], ['ab'], 'must match \\_'],
  [{ minLength: 2 }, ['ab'], ['🙂'], 'must have at least 2 characters'],
  [{ maxLength: 2 }, ['🙂🙂'], ['abc'], 'must have at most 2 characters'],
  [{ minimum: 1 }, [1, 2], [0.5], 'must be at least 1'],
  [{ maximum: 1 }, [1], [2], 'must be at most 1'],
  [{ maximum: 1 }, [1], ['0'], 'must be a number'],
  [{ exclusiveMinimum: 1 }, [1.01], [1], 'must be more than 1'],
  [{ exclusiveMaximum: 1 }, [0], [1], 'must be less than 1'],
  [
    { enum: ['a', 1, { x: 1, y: [2] }] },
    ['a', 1, { y: [2], x: 1 }],
    ['b', '1', { x: 1 }],
    'must be one of "a", 1, {"x":1,"y":[2]}',
  ],
  [{ minItems: 1 }, [[0]], [[]], 'must have at least 1 elements'],
  [{ maxItems: 1 }, [[0]], [[0, 0]], 'must have at most 1 elements'],
] as [FieldRule, Json[], Json[], string][])('%j', (rule, pass, refused, message) => {
  for (const value of pass) expect(told({ 'sample.x': rule }, { sample: { x: value } })).toEqual([]);
  for (const value of refused)
    expect(told({ 'sample.x': rule }, { sample: { x: value } })).toEqual([`sample.x ${message}`]);
});

it('elements of an array are named by their place', () => {
  const rule: FieldRule = { items: { type: 'string', pattern: '^x' }, maxItems: 3 };
  expect(told({ tags: rule }, { tags: ['x', 'y', 3, 'x'] })).toEqual([
    'tags must have at most 3 elements',
    'tags[1] must match ^x',
    'tags[2] must be a string',
  ]);
});

it('a missing field breaks no rule', () => {
  const rules = { 'sample.name': { type: 'string' }, toString: { type: 'string' } } as const;
  const without: JsonObject[] = [{}, { sample: 'Ni' }, { sample: {} }, { sample: [] }];
  for (const fields of without) expect(told(rules, fields)).toEqual([]);
});

it('rules of two sets for one path both apply', () => {
  const rules = joinedFieldRules([{ dose: { minimum: 1 }, a: {} }, { dose: { maximum: 5 } }]);
  expect(rules).toEqual({ dose: { allOf: [{ minimum: 1 }, { maximum: 5 }] }, a: {} });
  expect([0, 3, 6].map((dose) => told(rules, { dose }))).toEqual([
    ['dose must be at least 1'],
    [],
    ['dose must be at most 5'],
  ]);
});

it.each([
  [{ name: { pattern: '(' } }, /rule of name: pattern: \( is not a valid regular expression/],
  [{ 'a.b': { minimum: 5, maximum: 1 } }, /rule of a\.b: minimum 5 is above maximum 1/],
  [{ a: { type: 'string', enum: [1, 2] } }, /enum: the rest of the rule excludes/],
  [{ a: { items: { pattern: '[' } } }, /items: pattern: \[ is no/],
  [{ 'uid.x': {} }, /"uid\.x" is reserved: only the plugin sets uid/],
  [{ 'a..b': {} }, /must name a metadata field/],
] as [{ [path: string]: FieldRule }, RegExp][])('%j is no rule', (rules, message) => {
  expect(() => compileFieldRules(rules)).toThrow(ProvenanceError);
  expect(() => compileFieldRules(rules)).toThrow(message);
});
