/** Values on their way out of the sandbox, beside what is recorded of the same values outside. */
import { createHash, randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedJson, boundedJsonArray, payloadJson } from '../../interceptors/workflow/bounded-json';
import { sha256 } from '../../interceptors/workflow/sandbox-digest';
import { recordValue } from '../../src/values/values';

const ROOM = 1_900_000;

test('the digest is SHA-256, however the bytes are split', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (parts) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      expect(sha256(parts)).toBe(hash.digest('hex'));
    }),
  );
  for (const size of [55, 56, 63, 64, 65, 119, 120, 1_000_000]) {
    const bytes = randomBytes(size);
    expect(sha256([bytes])).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test.each([0, 100, 1_000_000, 1_000_001, 3_000_000])(
  'bytes have the same digest as in an activity: %s',
  (size) => {
    const bytes = randomBytes(size);
    expect(JSON.parse(boundedJson(bytes, ROOM))).toEqual(recordValue(bytes));
    const payload = defaultPayloadConverter.toPayload(bytes);
    expect(JSON.parse(payloadJson(payload, ROOM))).toEqual(recordValue(bytes));
  },
);

test('a long text has the same digest as in an activity, and is marked as a part', () => {
  const text = 'Ångström, '.repeat(200_000);
  const sent = JSON.parse(boundedJson(text, ROOM));
  expect(sent).toEqual(recordValue(text));
  expect(sent).toMatchObject({ digest: expect.stringMatching(/^sha256-sample:/), partial: true });
});

test('long texts that differ have different digests', () => {
  const rows = Array.from({ length: 300_000 }, (_, index) => `row ${index}`);
  const digest = (value: unknown) => (JSON.parse(boundedJson(value, ROOM)) as { digest: string }).digest;
  expect(digest(rows)).toMatch(/^sha256-sample:[0-9a-f]{64}$/);
  expect(digest([...rows])).toBe(digest(rows));
  expect(digest(rows.with(0, 'another'))).not.toBe(digest(rows));
  expect(digest([...rows, 'one more'])).not.toBe(digest(rows));
  expect(digest(rows.with(299_999, 'row 29999X'))).not.toBe(digest(rows));
});

test('a head does not end inside a word', () => {
  const text = `"${'w '.repeat(120)}abcdefghijklmnopqrstuvwxyz${' x'.repeat(1_000_000)}`;
  const { head } = JSON.parse(boundedJson(text, ROOM)) as { head: string };
  expect(head).toMatch(/w $/);
});

function digested(value: string): object {
  const text = JSON.stringify(value);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { digest, size_bytes: text.length, type: 'string', head: expect.any(String) };
}

test('values share the limit', () => {
  const values = JSON.parse(boundedJsonArray(['a'.repeat(900), 'b'.repeat(900), 'c'], 1_000)) as unknown[];
  expect(values).toEqual(['a'.repeat(900), digested('b'.repeat(900)), digested('c')]);
});
