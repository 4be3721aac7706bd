import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json';
import { compareValues, type NamedData, NOT_THERE } from '../../../src/questions/diff/values';

const rows = (a: Json | undefined, b: Json | undefined) =>
  compareValues('args', a, b).map(({ name, how }) => [name, how]);

/** Names of data in `args[0]` on both sides. */
function named(a: NamedData, b: NamedData) {
  return { a: new Map([['args[0]', a]]), b: new Map([['args[0]', b]]) };
}

describe('two values', () => {
  it('are one row if they are equal, in any order of keys', () => {
    expect(rows([{ x: 1, y: [2, 3] }], [{ y: [2, 3], x: 1 }])).toEqual([['args', 'equal']]);
  });

  it('are compared place by place if something below differs', () => {
    expect(rows([{ x: 1, y: 2, gone: null }, 5], [{ x: 1, y: 3, 'a b': 4 }, 5])).toEqual([
      ['args[0].x', 'equal'],
      ['args[0].y', 'different'],
      ['args[0].gone', 'only_a'],
      ['args[0]["a b"]', 'only_b'],
      ['args[1]', 'equal'],
    ]);
  });

  it('are different if one is a list and the other an object, and null is a value', () => {
    expect(rows([], {})).toEqual([['args', 'different']]);
    expect(rows([null], [undefined as never])).toEqual([['args[0]', 'only_a']]);
  });

  it('name the side that has nothing there', () => {
    const [row] = compareValues('x', undefined, 1);
    expect(row).toEqual({ name: 'x', how: 'only_b', a: { missing: NOT_THERE }, b: { value: 1 } });
  });

  it('agree with equality; swapping them swaps only the sides', () => {
    const OTHER = {
      equal: 'equal',
      different: 'different',
      unknown: 'unknown',
      only_a: 'only_b',
      only_b: 'only_a',
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (a, b) => {
        const [one, two] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))] as [Json, Json];
        const there = compareValues('v', one, two);
        expect(there.every(({ how }) => how === 'equal')).toBe(isDeepStrictEqual(one, two));
        const back = compareValues('v', two, one).map(({ name, how }) => `${name} ${OTHER[how]}`);
        expect(back.sort()).toEqual(there.map(({ name, how }) => `${name} ${how}`).sort());
        expect(compareValues('v', one, one).map(({ how }) => how)).toEqual(['equal']);
      }),
    );
  });

  it('of any depth and length are compared in a bounded number of rows', () => {
    let deep: Json = 1;
    for (let level = 0; level < 600; level++) deep = [deep];
    expect(rows(deep, [deep])).toHaveLength(1);
    const long = Array.from({ length: 100_000 }, (_, i) => i);
    expect(rows(long, [...long, 1])).toEqual([['args', 'different']]);
  });

  it('are shown as far as there is room', () => {
    const [row] = compareValues('x', 'a'.repeat(100_000), 'b');
    expect(row?.a.size_bytes).toBe(100_002);
    expect(String(row?.a.value).length).toBeLessThan(1_000);
  });
});

describe('values by content', () => {
  const by = (digest: string, more = {}) => ({ digest, size_bytes: 20_000, type: 'array', ...more });

  it('are equal by their digest, and unknown if samples of them agree', () => {
    expect(rows(by('sha256:1'), by('sha256:1', { head: '[1' }))).toEqual([['args', 'equal']]);
    expect(rows(by('sha256:1'), by('sha256:2'))).toEqual([['args', 'different']]);
    const sample = by('sha256-sample:1', { partial: true });
    expect(rows(sample, sample)).toEqual([['args', 'unknown']]);
  });

  it('are not compared with values that were recorded completely', () => {
    expect(rows(by('sha256:1'), [1, 2])).toEqual([['args', 'unknown']]);
  });
});

describe('names of data', () => {
  const of = (a: NamedData, b: NamedData, texts: [string, string] = ['/a/x.h5', '/b/x.h5']) =>
    compareValues('args', [texts[0]], [texts[1]], named(a, b))[0];

  it('are compared by the content of what they name', () => {
    expect(of({ sha256: '1' }, { sha256: '1' })).toMatchObject({ how: 'equal' });
    expect(of({ sha256: '1' }, { sha256: '2' }, ['/x', '/x'])).toMatchObject({ how: 'different' });
  });

  it('give no result if a content is not known', () => {
    const row = of({ sha256: '1' }, { missing: 'too large' });
    expect(row).toMatchObject({ how: 'unknown', remark: expect.stringContaining('too large') });
    const one = { a: named({ sha256: '1' }, {}).a, b: new Map() };
    expect(compareValues('args', ['/x'], ['/x'], one)[0]).toMatchObject({ how: 'unknown' });
    expect(compareValues('args', ['/x'], ['/y'], one)[0]).toMatchObject({ how: 'different' });
  });
});
