/** Which strings of arguments and results may name data, and that the search runs no code of theirs. */
import { describe, expect, test } from 'vitest';
import { CandidateSearch, mayName, pathOf } from '../../src/data/candidates';
import { DATA } from '../../src/model/data-limits';

function found(value: unknown, root = 'result'): [text: string, path: string][] {
  const search = new CandidateSearch();
  search.search(value, root);
  return search.found.map(({ text, place }) => [text, pathOf(place)]);
}

describe('a string may name data', () => {
  test.each([
    '/data/in.csv',
    'data/in',
    './x',
    'model.json',
    'archive.7z',
    'stack.tif',
    's3://bucket/key',
    'doi:10.5281/zenodo.1',
    'file:///data/a',
    'C:\\data\\a.csv',
    '\\\\nas\\share\\a',
    'data/*.csv',
  ])('if it has a separator, a scheme or an extension: %s', (text) => {
    expect(mayName(text)).toBe(true);
  });

  test.each([
    'test',
    'calibration',
    '',
    '.',
    '/',
    '..',
    '42',
    '3.14',
    '2026-01-05T10:00:00.000Z',
    'a\0/b',
    'first line\nsecond/line',
    `${'x'.repeat(DATA.name_characters + 1)}/`,
  ])('and not otherwise: %s', (text) => {
    expect(mayName(text)).toBe(false);
  });
});

describe('the search', () => {
  test('reports the place of a string', () => {
    expect(found({ files: ['a/b', 1, { 'odd key': 'c/d' }] })).toEqual([
      ['a/b', 'result.files[0]'],
      ['c/d', 'result.files[2]["odd key"]'],
    ]);
    const search = new CandidateSearch();
    search.searchAll(['x/y', { path: 'z.csv' }], 'args');
    expect(search.found.map(({ place }) => pathOf(place))).toEqual(['args[0]', 'args[1].path']);
    expect(search.found.map(({ key }) => key)).toEqual(['', 'path']);
  });

  test('accepts a result that is one string', () => {
    expect(found('out/a.csv')).toEqual([['out/a.csv', 'result']]);
  });

  test('runs no code of the value', () => {
    let calls = 0;
    const touched = () => {
      calls += 1;
      return 'a/b';
    };
    const trap = new Proxy(
      { path: 'p/q' },
      {
        get: touched,
        ownKeys: () => [touched()],
        getOwnPropertyDescriptor: () => ({ value: touched(), configurable: true }),
      },
    );
    const value = {
      get path() {
        return touched();
      },
      nested: { toJSON: touched, path: 'hidden/by.its' },
      trap,
      list: Object.defineProperty(['c/d'], 0, { get: touched, enumerable: true }),
      [Symbol.iterator]: touched,
      bytes: new Uint8Array(1_000_000),
      plain: 'e/f',
    };
    expect(found(value)).toEqual([['e/f', 'result.plain']]);
    expect(calls).toBe(0);
  });

  test('visits a cycle once', () => {
    const value: { path: string; self?: unknown } = { path: 'a/b' };
    value.self = [value, { value }];
    expect(found(value)).toEqual([['a/b', 'result.path']]);
  });

  test('reads a result of a million nodes within bounds, and says so', () => {
    const search = new CandidateSearch();
    search.search(
      Array.from({ length: 1_000_000 }, (_, i) => ({ i })),
      'result',
    );
    expect(search.cut).toBe(true);
    const strings = new CandidateSearch();
    strings.search(
      Array.from({ length: 10_000 }, (_, i) => `a/${i}`),
      'result',
    );
    expect(strings).toMatchObject({ cut: true, found: { length: DATA.candidates } });
  });

  test('stops at the depth limit, and says so', () => {
    let value: unknown = 'a/b';
    for (let level = 0; level < 100_000; level++) value = [value];
    const search = new CandidateSearch();
    search.search(value, 'result');
    expect(search).toMatchObject({ cut: true, found: [] });
  });

  test('cuts a path that is longer than the limit', () => {
    const [[, path] = ['', '']] = found({ ['k'.repeat(10_000)]: 'a/b' });
    expect(path.length).toBe(DATA.path_characters + 1);
  });
});
