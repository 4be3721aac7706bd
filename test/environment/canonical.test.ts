/** RFC 8785: vectors of its appendix, and what JSON can't hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, sha256 } from '../../src/environment/identity/canonical';
import type { Json } from '../../src/model/json';

describe('canonical JSON', () => {
  it('orders keys by UTF-16 code units, as the example of RFC 8785 §3.2.3', () => {
    const example = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(Object.values(JSON.parse(canonicalJson(example)))).toHaveLength(7);
    expect(canonicalJson(example)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it('writes numbers and literals as the example of §3.2.2', () => {
    const example = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson([-0, 1e21, 5e-324])).toBe('[0,1e+21,5e-324]');
  });

  it('does not depend on the order that keys were written in, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        const reversed = Object.fromEntries(Object.entries(json).reverse()) as Json;
        expect(canonicalJson(json)).toBe(canonicalJson(reversed));
        expect(JSON.parse(canonicalJson(json))).toEqual(json);
      }),
    );
  });

  it("refuses what JSON can't hold, so that two values never share one text", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', undefined, () => 1])
      expect(() => canonicalJson(value as Json)).toThrow(TypeError);
  });

  it('tells null from absent', () => {
    expect(digestOf({ a: null })).not.toBe(digestOf({}));
    expect(sha256('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
