import { defaultPayloadConverter, type Headers, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import { clientInterceptors, hasClientMark } from '../../interceptors/client/client';
import type { JsonObject } from '../../src/model/json';
import {
  type CarriedContext,
  currentClientMetadata,
  runCarrying,
  withMetadata,
} from '../../src/temporal/client-context';
import { HEADER_NAME, readHeader, readHeaderText } from '../../src/temporal/header';
import { unseal } from '../../src/temporal/sealing';
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

test.each(calls)("%s rejects what can't be recorded", async (_name, perform) => {
  await expect(withMetadata({ time: 1 }, () => perform(empty()))).rejects.toThrow(
    /withMetadata: time is reserved/,
  );
  await expect(withMetadata(null as never, () => perform(empty()))).rejects.toThrow(/withMetadata/);
});

test('withMetadata returns what its function returns', async () => {
  expect(withMetadata({ a: 1 }, () => 7)).toBe(7);
  await expect(withMetadata({ a: 1 }, async () => currentClientMetadata())).resolves.toMatchObject({
    fields: { a: 1 },
  });
  expect(currentClientMetadata()).toBeUndefined();
});

test('metadata is what it was when it was given, at every depth', async () => {
  const [, perform] = calls[0]!;
  const metadata = { step: 0, sample: { n: 0, tags: ['a'] } };
  const started: Promise<Headers>[] = [];
  for (let n = 1; n <= 3; n++) {
    metadata.step = n;
    metadata.sample.n = n;
    metadata.sample.tags.push(`tag ${n}`);
    started.push(withMetadata(metadata, () => perform(empty())));
  }
  const given = (await Promise.all(started)).map((headers) => readHeader(headers)?.user);
  expect(given).toEqual([
    { step: 1, sample: { n: 1, tags: ['a', 'tag 1'] } },
    { step: 2, sample: { n: 2, tags: ['a', 'tag 1', 'tag 2'] } },
    { step: 3, sample: { n: 3, tags: ['a', 'tag 1', 'tag 2', 'tag 3'] } },
  ]);
});

test('a change while the scope is open has no effect, and an invalid field stays invalid', async () => {
  const [, perform] = calls[0]!;
  const metadata: JsonObject = { sample: { n: 'given' } };
  const headers = await withMetadata(metadata, async () => {
    metadata.sample = { n: 'changed' };
    metadata.added = true;
    return perform(empty());
  });
  expect(readHeader(headers)?.user).toEqual({ sample: { n: 'given' } });
  const faulty: { time?: number } = { time: 1 };
  const call = withMetadata(faulty, () => {
    delete faulty.time;
    return perform(empty());
  });
  await expect(call).rejects.toThrow(/withMetadata: time is reserved/);
  const mended = withMetadata({ a: Number.NaN }, () => withMetadata({ a: 1 }, () => perform(empty())));
  expect(readHeader(await mended)?.user).toEqual({ a: 1 });
});

test('a codec encrypts it, and can decrypt it again', async () => {
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

test('our headers are recognised', () => {
  expect(hasClientMark([{}, interceptors.workflow])).toBe(true);
  expect(hasClientMark([{}])).toBe(false);
  expect(hasClientMark(undefined)).toBe(false);
});

const CALLER = { namespace: 'other', workflow_id: 'scan', run_id: 'run' };

async function started(carried: CarriedContext, codecs: MaskingCodec[] = [], own?: JsonObject) {
  const { workflow } = clientInterceptors(() => codecs);
  const start = () => call(workflow.startWithDetails, empty());
  return runCarrying(carried, () => (own ? withMetadata(own, start) : start()));
}

test("the caller's metadata of a Nexus operation passes to what it starts, below its own metadata", async () => {
  const carried = { user: { a: 1, b: 1 }, plan: { phase: 'one' }, caller: CALLER };
  expect(readHeader(await started(carried))).toEqual({ v: 1, ...carried });
  expect(readHeader(await started(carried, [], { b: 2 }))).toEqual({
    v: 1,
    ...carried,
    user: { a: 1, b: 2 },
  });
});

test('a lab that encrypts shows only who called a Nexus operation', async () => {
  const carried = { user: { a: 'in clear' }, plan: { phase: 'in clear' }, caller: CALLER };
  const header = readHeader(await started(carried, [new MaskingCodec()]));
  expect(header).toEqual({ v: 1, opaque: expect.anything(), caller: CALLER });
  expect(JSON.stringify(header)).not.toContain('in clear');
});

test("sealed metadata stays sealed, alone or joined with the operation's metadata", async () => {
  const codec = new MaskingCodec();
  const outside = clientInterceptors(() => [codec]);
  const given = await withMetadata({ a: 1, b: 1 }, () => call(outside.workflow.startWithDetails, empty()));
  const { sealed } = readHeader(given)!;
  const carried = { sealed: sealed!, caller: CALLER };
  expect(readHeader(await started(carried, [codec]))).toEqual({ v: 1, ...carried });
  expect(readHeader(await started(carried))).toEqual({ v: 1, ...carried });
  const joined = readHeader(await started(carried, [codec], { b: 2 }))!.sealed!;
  expect(defaultPayloadConverter.fromPayload(await unseal(joined, [codec]))).toEqual({ a: 1, b: 2 });
});

test("the caller's metadata is never refused at the client", async () => {
  expect(readHeader(await started({ user: { uid: 'reserved' } }))?.user).toEqual({ uid: 'reserved' });
});

test('a Nexus operation is started with the metadata as text', async () => {
  let headers: Record<string, string> | undefined;
  const start = (metadata: JsonObject) =>
    withMetadata(metadata, () =>
      interceptors.nexus.startOperation!({ headers: { other: 'x' } } as never, async (input) => {
        headers = input.headers as Record<string, string>;
        return undefined as never;
      }),
    );
  await start({ operator: 'Ångström' });
  expect(headers?.other).toBe('x');
  expect(readHeaderText(headers?.[HEADER_NAME])?.user).toEqual({ operator: 'Ångström' });
  await expect(start({ long: 'x'.repeat(5_000) })).rejects.toThrow(/the limit is 4096/);
});
