/**
 * Values that no JSON holds, that lie, throw or never end: what an activity may return or log.
 * @module
 */
import fc from 'fast-check';

class Sample {
  readonly name = 'LaB6';
  get broken(): never {
    throw new Error('no');
  }
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular(): object {
  const value: Record<string, unknown> = { list: [] };
  value.self = value;
  (value.list as unknown[]).push(value, [value]);
  return value;
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { inner: value };
  return value;
}

const throwing = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error('keys');
    },
    getPrototypeOf: () => {
      throw null;
    },
  },
);

const ODD: readonly (() => unknown)[] = [
  revoked,
  circular,
  () => throwing,
  () => new Sample(),
  () => deep(5_000),
  () => [Number.NaN, Number.POSITIVE_INFINITY, -0, 10n ** 400n, undefined, Symbol('s'), () => 1],
  () => new Date(Number.NaN),
  () => Buffer.from('bytes'),
  () => new Uint16Array([1, 2]),
  () => new SharedArrayBuffer(8),
  () => new Error('x', { cause: circular() }),
  () => new WeakMap(),
  () => Promise.reject(new Error('later')).catch(() => 1),
  () =>
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"hasOwnProperty":1}'),
  () => Object.assign(Object.create(null), { 'k\0\ud800': 'v\0\udfff', toString: 1 }),
  () => ({
    toJSON: () => {
      throw new Error('toJSON');
    },
  }),
  () => ({ toJSON: () => circular() }),
  () => 'x'.repeat(70_000),
  () => '\u202e\u001b[31m🙂\ud83d',
  () => Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`key ${n}`, n])),
  () =>
    new Map<unknown, unknown>([
      [{}, new Set([1n])],
      [Symbol.iterator, null],
    ]),
  // Last: `isLasting` counts on it.
  () => globalThis,
];

/** Whether the value of this index is the same whenever it is looked at: the global object is not. */
export function isLasting(index: number): boolean {
  return index % ODD.length !== ODD.length - 1;
}

/** So many values, the same each time. */
export function hostileValues(count: number, seed = 1): unknown[] {
  const any = fc.anything({
    maxDepth: 3,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  });
  // What can't even be looked at is put in by hand: fast-check looks at what it generates.
  return fc.sample(any, { numRuns: count, seed }).map((value, index) => {
    const odd = ODD[index % ODD.length]!;
    const forms = [
      () => value,
      odd,
      () => [odd(), value],
      () => ({ a: odd(), b: value }),
      () => new Map([['m', odd()]]),
    ];
    return forms[Math.floor(index / ODD.length) % forms.length]!();
  });
}
