import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import {
  contextKey,
  contextNumber,
  decodeHeader,
  encodeHeader,
  HEADER_NAME,
  parseContextKey,
  readHeader,
  sealPayload,
} from '../../src/temporal/header';

test('a header is read back unchanged, also through the default converter', () => {
  const header = { user: { operator: 'Ada', ü: ['ß', null] }, context: 'run/1' };
  const payload = encodeHeader(header);
  expect(decodeHeader(payload)).toEqual({ v: 1, ...header });
  expect(defaultPayloadConverter.fromPayload(payload)).toEqual({ v: 1, ...header });
  expect(readHeader({ [HEADER_NAME]: defaultPayloadConverter.toPayload({ v: 1, ...header }) })).toEqual({
    v: 1,
    ...header,
  });
});

test('a missing header stays missing', () => {
  expect(readHeader(undefined)).toBeUndefined();
  expect(readHeader({})).toBeUndefined();
});

test.each([
  ['a newer version', encodeHeader({ user: {}, v: 2 } as never)],
  [
    'another encoding',
    { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([1, 2, 3]) },
  ],
  ['no JSON', { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') }],
  ['an array', defaultPayloadConverter.toPayload([1])],
  ['nothing at all', {}],
])('%s is passed on unchanged', (_name, payload) => {
  const { opaque, ...rest } = decodeHeader(payload);
  expect(rest).toEqual({ v: 1 });
  expect(Buffer.from(opaque?.data ?? '', 'base64')).toEqual(Buffer.from(payload.data ?? []));
});

test("base64 equals Node's, at every length", () => {
  for (let length = 0; length < 20; length++) {
    const data = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + 250) % 256));
    expect(sealPayload({ metadata: { m: data }, data })).toEqual({
      metadata: { m: data.toString('base64') },
      data: data.toString('base64'),
    });
  }
});

test('the number of a context is derived from its text, and is a safe integer', () => {
  expect(contextNumber('{"a":1}')).toBe(contextNumber('{"a":1}'));
  const numbers = Array.from({ length: 10_000 }, (_, index) => contextNumber(`{"a":${index}}`));
  expect(new Set(numbers).size).toBe(10_000);
  expect(numbers.every((n) => Number.isSafeInteger(n) && n >= 0)).toBe(true);
});

test('keys of contexts', () => {
  expect(parseContextKey(contextKey('run', 7))).toEqual({ run_id: 'run', n: 7 });
  for (const wrong of [undefined, 7, '', '/', '/1', 'run/', 'run/x', 'run/-1', 'run/1.5']) {
    expect(parseContextKey(wrong)).toBeUndefined();
  }
});
