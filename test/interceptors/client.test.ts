import { defaultPayloadConverter, type Headers, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import { clientInterceptors, hasClientMark } from '../../interceptors/client';
import { HEADER_NAME, readHeader } from '../../interceptors/propagation';
import { currentClientMetadata, withMetadata } from '../../src/client-metadata';
import { MaskingCodec } from '../plugin/fixtures/codec';

type Input = { headers: Headers; workflowStartHeaders: Headers };

/** Every call that starts something, with what reaches the next interceptor. */
const interceptors = clientInterceptors(() => []);
const calls: [string, (input: Input) => Promise<Headers>][] = [
  ['workflow start', (input) => call(interceptors.workflow.startWithDetails, input)],
  ['signal with start', (input) => call(interceptors.workflow.signalWithStart, input)],
  [
    'update with start',
    (input) => call(interceptors.workflow.startUpdateWithStart, input, 'workflowStartHeaders'),
  ],
  ['schedule', (input) => call(interceptors.schedule.create, input)],
  ['standalone activity', (input) => call(interceptors.activity.start, input)],
];

async function call(method: unknown, input: Input, name: keyof Input = 'headers'): Promise<Headers> {
  let seen: Input | undefined;
  const intercept = method as (input: Input, next: (input: Input) => Promise<void>) => Promise<void>;
  await intercept(input, async (given) => {
    seen = given;
  });
  return seen![name];
}

const empty = (): Input => ({ headers: { other: {} }, workflowStartHeaders: { other: {} } });

test.each(calls)('%s carries the metadata around it, inner over outer', async (_name, perform) => {
  const headers = await withMetadata({ a: 1, b: 1 }, () => withMetadata({ b: 2 }, () => perform(empty())));
  expect(readHeader(headers)?.user).toEqual({ a: 1, b: 2 });
  expect(headers).toHaveProperty('other');
});

test.each(calls)('%s outside of it carries nothing', async (_name, perform) => {
  expect(await perform(empty())).toEqual({ other: {} });
  expect(await withMetadata({}, () => perform(empty()))).toEqual({ other: {} });
});

test.each(calls)('%s rejects what can not be recorded', async (_name, perform) => {
  await expect(withMetadata({ time: 1 }, () => perform(empty()))).rejects.toThrow(
    /withMetadata: time is reserved/,
  );
  await expect(withMetadata(null as never, () => perform(empty()))).rejects.toThrow(/withMetadata/);
});

test('withMetadata gives back what its function does', async () => {
  expect(withMetadata({ a: 1 }, () => 7)).toBe(7);
  await expect(withMetadata({ a: 1 }, async () => currentClientMetadata())).resolves.toEqual({ a: 1 });
  expect(currentClientMetadata()).toBeUndefined();
});

test('a codec seals it, and can open it again', async () => {
  const codec = new MaskingCodec();
  const { workflow } = clientInterceptors(() => [codec]);
  const headers = await withMetadata({ operator: 'Ada' }, () => call(workflow.startWithDetails, empty()));
  const header = readHeader(headers);
  expect(Buffer.from(headers[HEADER_NAME]!.data!).toString()).not.toContain('Ada');
  expect(header?.user).toBeUndefined();
  const sealed: Payload = {
    metadata: { encoding: Buffer.from(header!.sealed!.metadata.encoding!, 'base64') },
    data: Buffer.from(header!.sealed!.data, 'base64'),
  };
  expect(defaultPayloadConverter.fromPayload((await codec.decode([sealed]))[0]!)).toEqual({
    operator: 'Ada',
  });
});

test('ours are known again', () => {
  expect(hasClientMark([{}, interceptors.workflow])).toBe(true);
  expect(hasClientMark([{}])).toBe(false);
  expect(hasClientMark(undefined)).toBe(false);
});
