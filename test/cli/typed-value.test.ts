import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io';
import { typedValue } from '../../src/cli/words/typed-value';
import type { Json } from '../../src/model/json';

function refusal(text: string, key = 'dimensions'): string {
  try {
    typedValue(key, text);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error(`${text} was taken`);
}

describe('a typed value', () => {
  it.each<[string, Json]>([
    ['123456', 123456],
    ['{"a": [1, null]}', { a: [1, null] }],
    ['"5"', '5'],
    ['true', true],
    ['flying cars', 'flying cars'],
    ['Ni-7', 'Ni-7'],
    ['007', '007'],
    ['+49 30 1234', '+49 30 1234'],
    ['2026-11-01', '2026-11-01'],
    ['none', 'none'],
    ['true story', 'true story'],
    ['(NH4)2SO4', '(NH4)2SO4'],
    ['(R)-limonene', '(R)-limonene'],
    ['(5)', '(5)'],
    ['Fe(III), dry', 'Fe(III), dry'],
    ["'s-Hertogenbosch", "'s-Hertogenbosch"],
    ["it's", "it's"],
    ['1,5', '1,5'],
    ['', ''],
    ['1e21', 1e21],
    ['9007199254740991', 9007199254740991],
  ])('%j is taken for what it is', (text, value) => {
    expect(typedValue('key', text)).toEqual(value);
  });

  it.each([
    ['(5, 3, 10)', "'[5,3,10]'"],
    ['((1, 2), (3, 4))', "'[[1,2],[3,4]]'"],
    ['(1,)', "'[1]'"],
    ["{'a': 1}", `'{"a":1}'`],
    ['{a: 1, b: None,}', `'{"a":1,"b":null}'`],
    ["['x', True]", `'["x",true]'`],
    ['[1, 2,]', "'[1,2]'"],
    ['True', "'true'"],
    ['FALSE', "'false'"],
    ['.5', "'0.5'"],
    ['5.', "'5'"],
    ['1_000', "'1000'"],
    ['0x1F', "'31'"],
    ["'text'", `'"text"'`],
    ["b'text'", `'"text"'`],
  ])('%j is refused with the JSON to type: %s', (text, json) => {
    expect(refusal(text)).toContain(
      `Write stash set dimensions ${json}, or to keep it as text: stash set dimensions '"`,
    );
  });

  it.each(['{bad', '[1, 2', '(5, 3', '{"a": 1', '"unclosed', '{111}', '[Fe(CN)6]4-', 'NaN', '-inf'])(
    '%j is refused, and how to keep it as text is said',
    (text) => {
      const message = refusal(text);
      expect(message).toContain('is not JSON. To keep it as text: stash set dimensions ');
      const written = message.split("stash set dimensions '")[1]!.slice(0, -1);
      expect(typedValue('dimensions', written)).toBe(text);
    },
  );

  it.each(['None', 'null', 'undefined', 'NULL'].filter((word) => word !== 'null'))(
    '%s is refused: no such value exists, and a key can be removed',
    (text) => {
      expect(refusal(text, 'operator')).toMatch(/not a JSON value. To remove operator: stash unset operator/);
    },
  );

  it.each([
    ['9007199254740993', `stash set k '"9007199254740993"'`, /^k: /],
    ['{"ids": [1, -9007199254740993]}', `stash set k '{"ids": [1, "-9007199254740993"]}'`, /^k\.ids\.1: /],
    ['12345678901234567890', `stash set k '"12345678901234567890"'`, /above 2\^53 - 1/],
  ])('the whole number in %s is refused with how to write it as text', (text, command, words) => {
    const message = refusal(text, 'k');
    expect(message).toContain(command);
    expect(message).toMatch(words);
  });
});
