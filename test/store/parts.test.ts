/** The store's parts that need no database. */
import { describe, expect, it } from 'vitest';
import { isUid } from '../../src/model/ids';
import type { Json } from '../../src/model/json';
import { newUid } from '../../src/record/uid';
import {
  collectEntries,
  encodePrefix,
  encodeValue,
  type FieldEntry,
} from '../../src/store/metadata-index/field-values';
import { VaryingKeys } from '../../src/store/metadata-index/varying';
import { parseStoreUrl } from '../../src/store/place/location';
import { RecentMap } from '../../src/store/recent-map';

describe('values for search', () => {
  const entries = (value: Json) => {
    const into: FieldEntry[] = [];
    const complete = collectEntries('f', value, into);
    return { complete, entries: into.map((entry) => `${entry.path}=${entry.value}`) };
  };

  it('are typed, and nested by path', () => {
    expect(entries({ a: 1, b: { c: 'x', d: null }, e: [true, { g: 2, 'h.i': 3 }] })).toEqual({
      complete: true,
      entries: [
        'f=o:',
        'f.a=1',
        'f.b=o:',
        'f.b.c=s:x',
        'f.b.d=n:',
        'f.e=a:',
        'f.e=b:true',
        'f.e=o:',
        'f.e.g=2',
      ],
    });
  });

  it('are bounded, and marked if they are incomplete', () => {
    expect(entries(Array.from({ length: 1000 }, (_, i) => i))).toMatchObject({ complete: false });
    let deep: Json = 1;
    for (let i = 0; i < 100; i++) deep = { x: deep };
    expect(entries(deep).complete).toBe(false);
  });

  it('of any length differ if their text differs, and start with their prefix', () => {
    const long = 'é'.repeat(500);
    expect(encodeValue(`${long}a`)).not.toBe(encodeValue(`${long}b`));
    expect(String(encodeValue(long)).startsWith(encodePrefix(long.slice(0, 160)))).toBe(true);
    expect(encodeValue('\ud800')).not.toBe(encodeValue('\ud801'));
    expect(encodeValue('\ud800')).not.toBe(encodeValue('\ufffd'));
    expect(encodeValue(`${'x'.repeat(159)}😀`)).not.toMatch(/\p{Surrogate}/u);
    expect(Object.is(encodeValue(-0), 0)).toBe(true);
  });
});

describe('keys that vary', () => {
  const run = (n: number) => ({ fields: { operator: 'Ada', dose: n, note: n % 3 }, sources: {} });

  it('are found within the first window, and released when they stop varying', () => {
    const varying = new VaryingKeys();
    for (let n = 0; n < 32; n++) varying.observe(run(n));
    expect(varying.slotsOf(run(0))).toEqual([['fields', 'dose']]);
    expect(varying.slotsOf({ fields: { operator: 'Ada' }, sources: {} })).toEqual([]);
    for (let n = 0; n < 2000; n++) varying.observe(run(1));
    expect(varying.any).toBe(false);
  });

  it('do not include what repeats', () => {
    const varying = new VaryingKeys();
    for (let n = 0; n < 1000; n++) n % 10 ? varying.repeated() : varying.observe(run(n));
    expect(varying.any).toBe(false);
  });
});

it('a recent map forgets what is old and stays bounded', () => {
  const map = new RecentMap<number>(10_000);
  for (let i = 0; i < 1000; i++) {
    map.set(`key ${i}`, i);
    expect(map.get('key 0')).toBe(0);
  }
  expect(map.get('key 500')).toBeUndefined();
  expect(map.get('key 999')).toBe(999);
  map.set('x'.repeat(20_000), 1);
  expect(map.get('x'.repeat(20_000))).toBeUndefined();
});

it('a recent map keeps its weight limit, and a removed entry weighs nothing', () => {
  const map = new RecentMap<number>(100);
  for (let round = 0; round < 50; round++) {
    map.set('comes and goes', round, 40);
    map.delete('comes and goes');
    map.set('stays', round, 10);
  }
  expect([map.has('comes and goes'), map.get('stays')]).toEqual([false, 49]);
  map.set('heavy', 1, 51);
  expect(map.has('heavy')).toBe(false);
  for (const key of ['a', 'b', 'c', 'd']) map.set(key, 0, 50);
  expect([map.has('stays'), map.has('b'), map.has('c'), map.has('d')]).toEqual([false, false, true, true]);
});

it('uids are version 7, distinct, and ordered by time', () => {
  const uids = Array.from({ length: 2000 }, () => newUid());
  expect(uids.every((uid) => isUid(uid) && /^.{14}7.{4}[89ab]/.test(uid))).toBe(true);
  expect(new Set(uids).size).toBe(2000);
  expect(newUid(1_700_000_000_000) < newUid(1_700_000_000_001)).toBe(true);
});

it('store URLs of one place are one location', () => {
  const here = parseStoreUrl('sqlite:provenance.db').location;
  expect(parseStoreUrl('sqlite:./x/../provenance.db').location).toBe(here);
  expect(parseStoreUrl(`sqlite://${process.cwd()}/provenance.db`).location).toBe(here);
  expect(parseStoreUrl('sqlite:with%20space.db')).toMatchObject({ path: `${process.cwd()}/with space.db` });
  expect(parseStoreUrl('postgres://ada:secret@db/lab').location).toBe('postgres://db/lab');
  expect(parseStoreUrl('postgres://db/lab?schema=provenance&pool=9').location).toBe('postgres://db/lab');
});

it('store URLs that name two schemas of a database are two locations', () => {
  const [a, b] = ['a', 'b&c'].map((name) =>
    parseStoreUrl(`postgres://db/lab?schema=${encodeURIComponent(name)}`),
  );
  expect(a!.location).toBe('postgres://db/lab?schema=a');
  expect(b!.location).toBe('postgres://db/lab?schema=b%26c');
  // A location is a URL of the same store, as messages print it.
  expect(parseStoreUrl(b!.location).location).toBe(b!.location);
});
