import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json';
import { createRedactor, REDACTED } from '../../src/redaction/redactor';
import { DEFAULT_VALUE_LIMITS, recordValue, recordValues } from '../../src/values/values';

const sha256 = (text: string | Uint8Array) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const sizeOf = (value: Json) => Buffer.byteLength(JSON.stringify(value));

describe('JSON', () => {
  it('is recorded unchanged, as a copy', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(JSON.stringify(JSON.parse(text)));
        fc.pre(text.length < 5000);
        const recorded = recordValue(value);
        expect(recorded).toEqual(value);
        if (typeof value === 'object' && value !== null) expect(recorded).not.toBe(value);
      }),
    );
  });

  it('does not change with the original', () => {
    const value = { list: [1, { a: 'x' }] };
    const recorded = recordValue(value);
    (value.list[1] as { a: string }).a = 'y';
    expect(recorded).toEqual({ list: [1, { a: 'x' }] });
  });

  it('keeps keys that name prototypes as data', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}';
    expect(JSON.stringify(recordValue(JSON.parse(text)))).toBe(text);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('of another realm is plain JSON as well', () => {
    expect(recordValue(runInNewContext('({a: [1, {b: null}]})'))).toEqual({ a: [1, { b: null }] });
  });

  it('keeps NUL and lone surrogates, and its text is well-formed', () => {
    const value = { 'k\0\ud800': 'v\0\udfff' };
    const text = JSON.stringify(recordValue(value));
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain('\0');
    expect(JSON.parse(text)).toEqual(value);
  });
});

class Sample {
  name = 'LaB6';
}
class Decimal {
  toJSON() {
    return '1.5';
  }
}
const circular: Record<string, unknown> = { a: 1 };
circular.inner = { again: circular };
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const throwing = {
  ok: 1,
  get bad(): never {
    throw new Error('no');
  },
};

describe('a value that is not JSON is marked', () => {
  it.each([
    ['undefined', undefined, { $js: 'undefined' }],
    [
      'undefined inside',
      { a: undefined, b: [undefined] },
      { a: { $js: 'undefined' }, b: [{ $js: 'undefined' }] },
    ],
    ['a hole', new Array(1), [{ $js: 'undefined' }]],
    ['NaN', Number.NaN, { $js: 'number', value: 'NaN' }],
    ['Infinity', [Number.NEGATIVE_INFINITY], [{ $js: 'number', value: '-Infinity' }]],
    ['-0', -0, { $js: 'number', value: '-0' }],
    ['a bigint', 12345678901234567890n, { $js: 'bigint', value: '12345678901234567890' }],
    ['a huge bigint', 1n << 5000n, { $js: 'bigint', value: null }],
    ['a symbol', Symbol('x'), { $js: 'symbol', value: 'x' }],
    ['a function', function scan() {}, { $js: 'function', value: 'scan' }],
    ['a date', new Date(0), { $js: 'Date', value: '1970-01-01T00:00:00.000Z' }],
    ['an invalid date', new Date(Number.NaN), { $js: 'Date', value: 'Invalid Date' }],
    ['a map', new Map([['a', new Map()]]), { $js: 'Map', value: [['a', { $js: 'Map', value: [] }]] }],
    ['a set', new Set([1]), { $js: 'Set', value: [1] }],
    ['an expression', /a/g, { $js: 'RegExp', value: '/a/g' }],
    ['a boxed string', Object('x'), { $js: 'String', value: 'x' }],
    ['a promise', Promise.resolve(1), { $js: 'Promise', value: {} }],
    ['an instance', new Sample(), { $js: 'Sample', value: { name: 'LaB6' } }],
    ['an instance with toJSON', { d: new Decimal() }, { d: { $js: 'Decimal', value: '1.5' } }],
    ['an address', new URL('http://h/x'), { $js: 'URL', value: 'http://h/x' }],
    ['an error', new RangeError('m'), { $js: 'RangeError', message: 'm', value: {} }],
    ['a cycle', circular, { a: 1, inner: { again: { $js: 'circular', levels_up: 2 } } }],
    ['a revoked proxy', [revoked.proxy], [{ $js: 'unreadable' }]],
    ['a getter that throws', throwing, { ok: 1, bad: { $js: 'unreadable' } }],
    [
      'toJSON that throws',
      {
        toJSON() {
          throw new Error('no');
        },
      },
      { $js: 'Object', value: { $js: 'unreadable' } },
    ],
  ] as [string, unknown, Json][])('%s', (_name, value, expected) => {
    expect(recordValue(value)).toEqual(expected);
  });

  it('bytes are kept by content', () => {
    const bytes = Buffer.from('measurement');
    const expected = { digest: sha256(bytes), size_bytes: 11, type: 'bytes' };
    expect(recordValue(bytes)).toEqual(expected);
    expect(recordValue(new Uint8Array(bytes))).toEqual(expected);
    expect(recordValue(new Uint8Array(bytes).buffer)).toEqual(expected);
    expect(recordValue(new DataView(new Uint8Array(bytes).buffer))).toEqual(expected);
  });

  it('a shared part that is no cycle is written twice', () => {
    const shared = { x: 1 };
    expect(recordValue([shared, shared])).toEqual([{ x: 1 }, { x: 1 }]);
  });
});

describe('long values', () => {
  it('are recorded in full up to the limit, and by content above it', () => {
    const fits = 'x'.repeat(16_382);
    expect(recordValue(fits)).toBe(fits);
    const long = `${'word '.repeat(4000)}`;
    expect(recordValue(long)).toMatchObject({
      digest: sha256(JSON.stringify(long)),
      size_bytes: JSON.stringify(long).length,
      type: 'string',
    });
    expect(recordValue('é'.repeat(8192))).toMatchObject({ type: 'string', size_bytes: 16_386 });
  });

  it('one long field does not drop the rest', () => {
    const frame = 'y'.repeat(100_000);
    const value = {
      sample: 'A',
      data: { frame, note: 'kept', more: Array.from({ length: 3000 }, (_, n) => n) },
    };
    expect(recordValue(value)).toEqual({
      sample: 'A',
      data: {
        note: 'kept',
        more: value.data.more,
        frame: {
          digest: sha256(JSON.stringify(frame)),
          size_bytes: 100_002,
          type: 'string',
          head: expect.any(String),
        },
      },
    });
  });

  it('of many short parts are kept by content as a whole', () => {
    const value = { points: Array.from({ length: 10_000 }, (_, n) => n), sample: 'A' };
    expect(recordValue(value)).toEqual({
      sample: 'A',
      points: expect.objectContaining({ digest: sha256(JSON.stringify(value.points)), type: 'array' }),
    });
  });

  it('that are too long to read are sampled, and marked', () => {
    const text = 'z'.repeat(3_000_000);
    const recorded = recordValue({ text, sample: 'A' }) as { text: { digest: string } };
    expect(recorded).toEqual({
      sample: 'A',
      text: expect.objectContaining({
        type: 'string',
        size_bytes: 3_000_002,
        length: 3_000_000,
        partial: true,
      }),
    });
    expect(recorded.text.digest).toMatch(/^sha256-sample:[0-9a-f]{64}$/);
    for (const at of [0, 70_000, 2_999_999]) {
      const other = `${text.slice(0, at)}#${text.slice(at + 1)}`;
      expect((recordValue(other) as { digest: string }).digest).not.toBe(recorded.text.digest);
    }
    const many = recordValue({ points: new Array(200_000).fill(1), sample: 'A' });
    expect(many).toEqual({
      sample: 'A',
      points: expect.objectContaining({ type: 'array', length: 200_000, partial: true }),
    });
  });

  it('have heads that do not end inside a word', () => {
    const { head } = recordValue(`${'word '.repeat(4000)}`) as { head: string };
    expect(head).toMatch(/^"(word )+$/);
    expect(head.length).toBeLessThanOrEqual(DEFAULT_VALUE_LIMITS.head_characters);
  });

  it('of one call share a limit', () => {
    const recorded = recordValues(new Array(100).fill('x'.repeat(10_000)));
    expect(recorded).toHaveLength(100);
    expect(recorded[0]).toBe('x'.repeat(10_000));
    expect(recorded[99]).toMatchObject({ type: 'string' });
    expect(sizeOf(recorded)).toBeLessThan(256_000);
  });
});

describe('giants and traps stay bounded', () => {
  let deep: unknown = 'bottom';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  let graph: unknown = { leaf: 1 };
  for (let level = 0; level < 22; level++) graph = [graph, graph];
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`key${n}`, n]));
  const sparse: unknown[] = [];
  sparse[4_000_000_000] = 1;
  const endless = new Proxy(
    {},
    {
      get: () => endless,
      ownKeys: () => ['a', 'b'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    },
  );
  it.each([
    ['depth', deep],
    ['shared parts', graph],
    ['keys', wide],
    ['a sparse array', sparse],
    ['a long string', 'x'.repeat(50_000_000)],
    ['long keys', { ['k'.repeat(1_000_000)]: 1 }],
    ['a large buffer', Buffer.alloc(50_000_000)],
    ['a map', new Map(Array.from({ length: 100_000 }, (_, n) => [n, { n }]))],
    ['an endless proxy', endless],
    ['all of them', [graph, wide, sparse, deep]],
  ] as [string, unknown][])('%s', (_name, value) => {
    const recorded = recordValue(value);
    expect(sizeOf(recorded)).toBeLessThanOrEqual(16_384);
    expect(JSON.stringify(recorded)).toMatch(/\$js|digest|characters/);
  });
});

describe('secrets', () => {
  const redactor = createRedactor({ values: ['Canary-7391'] });

  it('are masked before anything is digested or cut', () => {
    const filler = 'word '.repeat(4000);
    expect(recordValue({ password: 'x', note: 'Canary-7391' }, undefined, redactor)).toEqual({
      password: REDACTED,
      note: REDACTED,
    });
    const long = recordValue(`Canary-7391 ${filler}`, undefined, redactor) as {
      head: string;
      digest: string;
    };
    expect(long.head).toContain(REDACTED);
    expect(long.digest).toBe(sha256(JSON.stringify(`${REDACTED} ${filler}`)));
    const giant = recordValue(`Canary-7391 ${'word '.repeat(400_000)}`, undefined, redactor) as {
      head: string;
    };
    expect(giant.head).toContain(REDACTED);
    const list = recordValue(new Array(100_000).fill('Canary-7391'), undefined, redactor) as { head: string };
    expect(list.head).toContain(REDACTED);
    expect(list.head).not.toContain('Canary');
  });
});

describe('any value', () => {
  const leaf = fc.oneof(
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.nat(0).map((): unknown => ({ revoked: revoked.proxy })),
    fc.constantFrom<unknown>(circular, throwing, Symbol('s'), new Date(Number.NaN), new Sample(), () => 1),
    fc.string({ unit: 'binary' }),
  );
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string({ unit: 'binary' }), leaf));

  it('becomes well-formed JSON within the limit', () => {
    const redactor = createRedactor();
    fc.assert(
      fc.property(value, (any) => {
        const text = JSON.stringify(recordValue(any, undefined, redactor));
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384);
      }),
      { numRuns: 3_000 },
    );
  }, 60_000);
});
