import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMetadata, checkStash, MAX_METADATA_DEPTH, RESERVED_FIELDS } from '../../src/metadata/fields';
import { describeIssues, formatPath, MAX_ISSUES } from '../../src/metadata/issues';
import { eventModelAccepts } from './event-model/schema';

const paths = (value: unknown) => checkMetadata(value).map((issue) => formatPath(issue.path));

describe('JSON', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }).filter((name) => !/[./]/.test(name));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const free = key.filter((name) => !RESERVED_FIELDS.includes(name) && name.length < 5);

  it('with proper keys is accepted, and survives its text', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          free,
          tree.filter((value) => value !== null),
        ),
        (metadata) => {
          expect(checkMetadata(metadata)).toEqual([]);
          expect(checkMetadata(JSON.parse(JSON.stringify(metadata)))).toEqual([]);
        },
      ),
    );
  });

  it('of another realm, or without a prototype, is JSON as well', () => {
    expect(checkMetadata(runInNewContext('({a: [1, {b: null}]})'))).toEqual([]);
    expect(checkMetadata(Object.assign(Object.create(null), { a: 1 }))).toEqual([]);
  });

  it('may use the names of prototypes as keys', () => {
    expect(checkMetadata(JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":"x"}'))).toEqual([]);
    expect(paths(JSON.parse('{"__proto__":{"a.b":1}}'))).toEqual(['__proto__["a.b"]']);
  });
});

class Sample {
  name = 'A';
}
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const circular: Record<string, unknown> = {};
circular.inner = [circular];

describe('a value that is not JSON is refused by its path, and not converted', () => {
  it.each([
    ['undefined', undefined, 'not undefined'],
    ['a function', () => 1, 'not a function'],
    ['a symbol', Symbol('Canary'), 'not a symbol'],
    ['a bigint', 7391n, 'not a bigint'],
    ['NaN', Number.NaN, 'finite'],
    ['Infinity', Number.POSITIVE_INFINITY, 'finite'],
    ['a date', new Date(), 'not a Date'],
    ['a map', new Map(), 'not a Map'],
    ['bytes', Buffer.from('Canary'), 'not a Buffer'],
    ['an instance', new Sample(), 'not a Sample'],
    ['a boxed string', Object('Canary'), 'not a String'],
    ['a revoked proxy', revoked.proxy, 'could not be read'],
  ])('%s', (_name, value, message) => {
    for (const [metadata, path] of [
      [{ ok: 1, field: value }, 'field'],
      [{ ok: 1, field: { list: [0, { deep: value }] } }, 'field.list[1].deep'],
    ] as const) {
      const issues = checkMetadata(metadata);
      expect(issues.map((issue) => formatPath(issue.path))).toEqual([path]);
      expect(issues[0]!.message).toContain(message);
      expect(describeIssues(issues)).not.toContain('Canary');
    }
  });

  it('holes, symbols as keys, getters that throw, cycles', () => {
    expect(paths({ list: new Array(2) })).toEqual(['list[0]', 'list[1]']);
    expect(paths({ a: { [Symbol('x')]: 1 } })).toEqual(['a']);
    const throwing = {
      get bad(): never {
        throw new Error('Canary');
      },
    };
    expect(paths({ a: throwing, ...circular })).toEqual(['a.bad', 'inner[0].inner']);
    expect(paths(throwing)).toEqual(['bad']);
  });

  it('shared parts are not a cycle', () => {
    const shared = { x: 1 };
    expect(checkMetadata({ a: shared, b: [shared, shared] })).toEqual([]);
  });

  it('the document itself', () => {
    for (const value of [null, undefined, 'x', [], new Map(), new Sample(), revoked.proxy, 7]) {
      expect(paths(value)).toEqual(['(document)']);
    }
  });

  it('null is allowed below the top level only', () => {
    expect(checkMetadata({ a: [null], b: { c: null } })).toEqual([]);
    expect(paths({ a: null })).toEqual(['a']);
  });
});

describe('keys', () => {
  it.each([
    [{ 'a.b': 1 }, '["a.b"]'],
    [{ 'a/b': 1 }, '["a/b"]'],
    [{ '': 1 }, '[""]'],
    [{ a: { 'b.c': 1 } }, 'a["b.c"]'],
    [{ a: [{ 'b/c': 1 }] }, 'a[0]["b/c"]'],
    [{ plan_args: { 'a.b': 1 } }, 'plan_args["a.b"]'],
  ])('%j is refused', (metadata, path) => expect(paths(metadata)).toEqual([path]));

  it('inside recorded arguments and projections are free, as in event-model', () => {
    const metadata = { plan_args: [{ 'a.b/c': [{ 'd.e': 1 }] }, 'x'] };
    expect(checkMetadata(metadata)).toEqual([]);
    expect(eventModelAccepts({ uid: 'u', time: 1, ...metadata })).toBe(true);
  });
});

describe('reserved fields', () => {
  it.each(RESERVED_FIELDS.map((name) => [name]))('%s is refused by name', (name) => {
    const issues = checkMetadata({ [name]: 'x', operator: 'Ada' });
    expect(issues).toEqual([{ path: [name], message: expect.stringContaining('reserved') }]);
  });

  it('are reserved at the top level only', () => {
    expect(checkMetadata({ sample: { uid: 'x', time: 1, temporal: {}, provenance: {} } })).toEqual([]);
  });
});

describe('limits', () => {
  it('of depth', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
    expect(checkMetadata({ a: nested(MAX_METADATA_DEPTH - 1) })).toEqual([]);
    expect(checkMetadata({ a: nested(MAX_METADATA_DEPTH) })[0]!.message).toContain('deeper');
    let endless: unknown = 1;
    for (let level = 0; level < 100_000; level++) endless = [endless];
    expect(checkMetadata({ endless })).toHaveLength(1);
  });

  it('of size, also if parts are shared', () => {
    expect(checkMetadata({ text: 'x'.repeat(1_000_001) })[0]!.message).toContain('characters');
    let graph: unknown = 1;
    for (let level = 0; level < 40; level++) graph = [graph, graph];
    expect(checkMetadata({ graph })[0]!.message).toContain('values');
  });

  it('of issues', () => {
    const issues = checkMetadata(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`a.${n}`, 1])));
    expect(issues).toHaveLength(MAX_ISSUES + 1);
    expect(issues.at(-1)!.message).toContain('not listed');
  });
});

describe('the stash', () => {
  it("contains the lab's counter, with room for the next number", () => {
    expect(checkStash({ scan_id: Number.MAX_SAFE_INTEGER - 1 })).toEqual([]);
    expect(checkStash({ scan_id: Number.MAX_SAFE_INTEGER })[0]!.path).toEqual(['scan_id']);
    expect(checkStash({ uid: 'x' })[0]!.path).toEqual(['uid']);
  });
});
