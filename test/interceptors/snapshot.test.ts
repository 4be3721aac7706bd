import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedJson, boundedJsonArray, payloadJson } from '../../interceptors/workflow/bounded-json';
import { snapshotMetadata } from '../../src/metadata/snapshot';

test('JSON is copied unchanged', () => {
  void fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (metadata) => {
      const { fields, issues } = snapshotMetadata(metadata);
      expect(issues).toEqual([]);
      expect(JSON.stringify(fields)).toBe(JSON.stringify(metadata));
    }),
  );
});

const cycle: { [key: string]: unknown } = {};
cycle.self = { cycle };

test.each([
  ['a function', { a: { b: () => 1 } }, ['a', 'b']],
  ['undefined', { a: [1, undefined] }, ['a', 1]],
  ['a date', { a: new Date() }, ['a']],
  ['infinity', { a: Number.POSITIVE_INFINITY }, ['a']],
  ['a big integer', { a: 1n }, ['a']],
  ['an array', [1], []],
  ['null', null, []],
])('%s is named, and nothing is kept', (_name, metadata, path) => {
  const { fields, issues } = snapshotMetadata(metadata);
  expect(fields).toEqual({});
  expect(issues[0]?.path).toEqual(path);
});

test('a value that throws when it is read does no harm', () => {
  const biting = {
    get a() {
      throw new Error('no');
    },
  };
  expect(snapshotMetadata(biting).issues).toHaveLength(1);
  expect(snapshotMetadata(cycle).issues.length).toBeGreaterThan(0);
  expect(
    snapshotMetadata(
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw null;
          },
        },
      ),
    ).issues,
  ).toHaveLength(1);
});

test('texts from the sandbox are JSON and bounded', () => {
  void fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.nat(2000), (values, room) => {
      const text = boundedJsonArray(values, room);
      expect(JSON.parse(text)).toHaveLength(values.length);
      expect(text.length).toBeLessThanOrEqual(room + 2 + values.length * 500);
    }),
  );
  expect(JSON.parse(boundedJson('x'.repeat(1000), 100))).toMatchObject({ type: 'string', size_bytes: 1002 });
  expect(JSON.parse(boundedJson(new Uint8Array(9), 100))).toMatchObject({ type: 'bytes', size_bytes: 9 });
  expect(JSON.parse(boundedJson(cycle, 100))).toMatchObject({ type: 'object that is not JSON' });
  expect(boundedJson(undefined, 100)).toBe('null');
});

test('payloads of commands', () => {
  const payload = (encoding: string, data: string) => ({
    metadata: { encoding: Buffer.from(encoding) },
    data: Buffer.from(data),
  });
  expect(payloadJson(payload('json/plain', '{"a":1}'), 100)).toBe('{"a":1}');
  expect(payloadJson(payload('binary/null', ''), 100)).toBe('null');
  expect(JSON.parse(payloadJson(payload('binary/plain', 'xyz'), 100))).toMatchObject({
    type: 'bytes',
    size_bytes: 3,
  });
  expect(JSON.parse(payloadJson(payload('json/plain', `"${'x'.repeat(500)}"`), 100))).toMatchObject({
    size_bytes: 502,
  });
  expect(JSON.parse(payloadJson(undefined, 100))).toMatchObject({ type: 'unknown' });
});
