/** A value is masked alike whether it is walked or told by one pass over its JSON text, wherever the name of a secret stands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json';
import { createRedactor, REDACTED } from '../../src/redaction/redactor';
import { BAITS } from './redact-baits';

const redactor = createRedactor({ values: ['never-there-1'] });

describe('names of secrets as strings before their values', () => {
  it.each<[Json, Json]>([
    [
      { name: 'pin', value: '1234' },
      { name: 'pin', value: REDACTED },
    ],
    [
      { key: 'Door PIN', value: '1234' },
      { key: 'Door PIN', value: REDACTED },
    ],
    [[['otp', '123456']], [['otp', REDACTED]]],
    [
      ['run', '--pin', '1234'],
      ['run', '--pin', REDACTED],
    ],
    [{ 'pin #': '1234' }, { 'pin #': REDACTED }],
    [{ 'pwd=/': 'hunter2' }, { 'pwd=/': REDACTED }],
    [
      { pin: 1234, otp: [99999] },
      { pin: REDACTED, otp: [99999] },
    ],
    [{ 'C:\\token=': 'x' }, { 'C:\\token=': REDACTED }],
    [{ text: 'C:\\token=hunter2' }, { text: `C:\\token=${REDACTED}` }],
    [{ text: '\napi key: hunter22' }, { text: `\napi key: ${REDACTED}` }],
    [{ text: '\u001bpwd=hunter2' }, { text: `\u001bpwd=${REDACTED}` }],
    [{ text: '\udabctoken=hunter2 label' }, { text: `\udabctoken=${REDACTED} label` }],
    [{ text: '\ud800-pwd hunter2' }, { text: `\ud800-pwd ${REDACTED}` }],
    [
      ['session="a1b2c3d4e5f6g7h8', 'a b'],
      [`session="${REDACTED}`, 'a b'],
    ],
    [{ text: 'Bearer\rabcdef123456' }, { text: `Bearer\r${REDACTED}` }],
    [{ 'to\u212aen': 'abcdefg' }, { 'to\u212aen': REDACTED }],
    [{ text: '{"name": "pin" , "value": "1234"}' }, { text: `{"name":"pin","value":"${REDACTED}"}` }],
  ])('%j', (value, masked) => {
    const text = JSON.stringify(value);
    expect(redactor.value(value).value).toEqual(masked);
    expect(redactor.jsonText(text).text).toBe(JSON.stringify(masked));
  });
});

const NAMES = [
  'pin',
  'otp',
  'session',
  'tokens',
  'sig',
  'pwd',
  'db_pass',
  'password',
  'api key',
  'cookie',
  'label',
];
const SIGNS = [
  '=',
  ':',
  ' := ',
  '%3D',
  '"',
  "'",
  '\\',
  '\\"',
  ']',
  '[',
  '{',
  '}',
  ',',
  '&',
  '?sig=',
  ' ',
  '\n',
  '\u2003',
  '\u001b',
  '#',
  '-',
];
const CONTENTS = [
  '1234',
  '123456789',
  'a1b2c3d4e5f6g7h8',
  'abc1defg',
  'aaaaaaaaaaaaaaaa',
  '/srv',
  'hunter2',
  'é',
  '\ud800',
];
const text = fc
  .array(fc.constantFrom(...NAMES, ...SIGNS, ...CONTENTS, ...BAITS), { maxLength: 12 })
  .map((parts) => parts.join(''));
const value = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constantFrom(1234, true, null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(text, fc.oneof(text, fc.integer({ max: 1e9 }))), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(text, fc.integer({ max: 1e9 })), { maxKeys: 3 }),
    fc.dictionary(text, tie('json'), { maxKeys: 3 }),
    fc.record({ name: text, value: tie('json') }),
  ),
})).json;

it('are found for every value', () => {
  fc.assert(
    fc.property(value, (json) => {
      const walked = redactor.value(json).value;
      const written = JSON.stringify(json);
      expect(redactor.jsonText(written).text).toBe(JSON.stringify(walked));
    }),
    { numRuns: 5_000 },
  );
});
