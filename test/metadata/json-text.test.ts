import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isExact, isKept, largeIntegers } from '../../src/metadata/json-text';

it('finds whole numbers that would change, everywhere', () => {
  const text =
    '{"a": 9007199254740993, "b": {"c d": [1, {"e": -9007199254740995}]}, "f": "9007199254740993", "9007199254740993": 1}';
  expect(largeIntegers(text, isExact)).toEqual([
    { path: ['a'], written: '9007199254740993' },
    { path: ['b', 'c d', 1, 'e'], written: '-9007199254740995' },
  ]);
  expect(largeIntegers('9007199254740993', isExact)).toEqual([{ path: [], written: '9007199254740993' }]);
  expect(largeIntegers('[[], {}, "\\"", 12345678901234567890]', isExact)[0]?.path).toEqual([3]);
});

it('accepts what is exact, and what is written as a measured number', () => {
  for (const text of [
    '9007199254740991',
    '-9007199254740991',
    '1e30',
    '12345678901234567.5',
    '"9007199254740993"',
  ])
    expect(largeIntegers(text, isExact)).toEqual([]);
});

it('accepts everything that JavaScript wrote', () => {
  void fc.assert(
    fc.property(fc.jsonValue(), fc.double({ noNaN: true, noDefaultInfinity: true }), (value, number) => {
      expect(largeIntegers(JSON.stringify([value, number, Math.round(number)]), isKept)).toEqual([]);
    }),
  );
  expect(largeIntegers(JSON.stringify([2 ** 60, 1e20]), isKept)).toEqual([]);
  expect(largeIntegers('[1152921504606846976]', isKept)).toHaveLength(1);
});
