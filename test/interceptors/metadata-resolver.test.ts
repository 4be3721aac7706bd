import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { beforeEach, expect, test } from 'vitest';
import { Executions } from '../../interceptors/activity/executions';
import type { FirstEvents } from '../../interceptors/activity/first-event';
import { MetadataResolver, type ResolvedMetadata } from '../../interceptors/activity/metadata-resolver';
import type { Recorder } from '../../src/record/recorder';
import { contextKey, encodeHeader, sealPayload } from '../../src/temporal/header';
import { MaskingCodec } from '../plugin/fixtures/codec';

const execution = { namespace: 'default', workflow_id: 'w', run_id: 'run' };
const codec = new MaskingCodec();
let executions: Executions;
let stored: Map<string, string>;
let losses: string[];

beforeEach(() => {
  executions = new Executions();
  executions.remember('run', { ancestry: {}, args: ['a'] }, 10);
  stored = new Map();
  losses = [];
});

function resolver(more: { firstEvents?: FirstEvents; codecs?: MaskingCodec[] } = {}): MetadataResolver {
  const recorder = {
    lose: (kind: string) => losses.push(kind),
    lookup: {
      execution: async () => null,
      context: async (run: string, n: number) => stored.get(contextKey(run, n)) ?? null,
    },
  } as unknown as Recorder;
  return new MetadataResolver({ recorder, executions, codecs: [codec], ...more });
}

async function resolve(header: Payload | undefined, of = resolver()): Promise<ResolvedMetadata> {
  return of.resolve({ header, execution, client: () => ({}) as never });
}

test('resolves at once if everything is present', () => {
  const header = encodeHeader({ user: { operator: 'Ada' }, execution: { schedule_id: 's' } });
  const resolved = resolver().resolve({ header, execution, client: () => undefined });
  expect(resolved).toEqual({
    user: { operator: 'Ada' },
    plan: undefined,
    issues: [],
    ancestry: { schedule_id: 's' },
    args: ['a'],
  });
});

test("the header's clear text is available while the rest is late", () => {
  const request = (header: Payload | undefined) => ({ header, execution, client: () => undefined });
  const clear = encodeHeader({ user: { operator: 'Ada' }, execution: { schedule_id: 's' } });
  executions = new Executions();
  expect(resolver().atHand(request(clear), 'late')).toEqual({
    user: { operator: 'Ada' },
    plan: undefined,
    issues: [],
    ancestry: { schedule_id: 's' },
    args: undefined,
  });
  const partly = encodeHeader({ user: { operator: 'Ada' }, context: contextKey('run', 7) });
  expect(resolver().atHand(request(partly), 'late')).toMatchObject({
    user: { operator: 'Ada' },
    incomplete: 'late',
  });
  expect(resolver().atHand(request(undefined), 'late')).toMatchObject({ issues: [], incomplete: 'late' });
});

test('sealed metadata is decrypted', async () => {
  const [sealed] = await codec.encode([defaultPayloadConverter.toPayload({ operator: 'Ada' })]);
  const header = encodeHeader({ sealed: sealPayload(sealed!), plan: { phase: 'one' } });
  expect(await resolve(header)).toMatchObject({ user: { operator: 'Ada' }, plan: { phase: 'one' } });
});

test('a header that was encoded as a whole is decoded', async () => {
  const [opaque] = await codec.encode([encodeHeader({ user: { operator: 'Ada' } })]);
  expect(await resolve(opaque)).toMatchObject({ user: { operator: 'Ada' } });
});

test('an unreadable header is reported', async () => {
  const [sealed] = await codec.encode([defaultPayloadConverter.toPayload({ operator: 'Ada' })]);
  const resolved = await resolve(encodeHeader({ sealed: sealPayload(sealed!) }), resolver({ codecs: [] }));
  expect(resolved.incomplete).toMatch(/decoded/);
  expect(losses).toEqual(['sealed-metadata']);
});

test('keys are followed; the inner context wins', async () => {
  executions.rememberContext('run/1', { plan: { a: 1, b: 1 }, user: { u: 1 }, context: 'parent/2' }, 10);
  stored.set(
    'parent/2',
    JSON.stringify({ plan: { b: 2, c: 2 }, user: { u: 2 }, issues: [{ path: ['x'], message: 'm' }] }),
  );
  expect(await resolve(encodeHeader({ context: 'run/1', plan: { a: 0 } }))).toMatchObject({
    plan: { a: 0, b: 1, c: 2 },
    user: { u: 1 },
    issues: [{ path: ['x'], message: 'm' }],
  });
});

test('a context that arrives a little later is found; a missing one is reported', async () => {
  setTimeout(() => stored.set('run/1', JSON.stringify({ user: { u: 1 } })), 8);
  expect(await resolve(encodeHeader({ context: 'run/1' }))).toMatchObject({ user: { u: 1 } });
  expect((await resolve(encodeHeader({ context: 'run/9' }))).incomplete).toContain('run/9');
});

test('contexts that refer to each other end', async () => {
  executions.rememberContext('run/1', { context: 'run/2' }, 1);
  executions.rememberContext('run/2', { context: 'run/1', plan: { a: 1 } }, 1);
  expect((await resolve(encodeHeader({ context: 'run/1' }))).plan).toEqual({ a: 1 });
});

test('an invalid field is left out and named', async () => {
  const header = encodeHeader({ user: { uid: 'mine', ok: 1 }, plan: { 'a.b': 1 } });
  const resolved = await resolve(header);
  expect(resolved.user).toEqual({ ok: 1 });
  expect(resolved.plan).toEqual({});
  expect(resolved.issues.map(({ path }) => path)).toEqual([['uid'], ['a.b']]);
});

test('without a header the first event of the history is read, cached or not', async () => {
  let looks = 0;
  const firstEvents = {
    look: async () => {
      looks += 1;
      const facts = { ancestry: { schedule_id: 's' }, args: ['b'], start: { user: { operator: 'Grace' } } };
      return { facts, start: { run_id: 'run' } };
    },
  } as unknown as FirstEvents;
  const of = resolver({ firstEvents });
  const expected = { user: { operator: 'Grace' }, ancestry: { schedule_id: 's' }, args: ['b'] };
  expect(await resolve(undefined, of)).toMatchObject(expected);
  expect(await resolve(undefined, of)).toMatchObject(expected);
  expect(looks).toBe(1);
});

test('without a header and with lookup off there is no metadata, and none is reported missing', async () => {
  const resolved = await resolve(undefined);
  expect(resolved).toMatchObject({ issues: [] });
  expect(resolved.incomplete).toBeUndefined();
});

test.each(['here', 'another worker'])('a header without room is a loss: %s', async (where) => {
  if (where === 'here') executions.rememberContext('run/0', {}, 1);
  else stored.set('run/0', '{}');
  const resolved = await resolve(undefined);
  expect(resolved.incomplete).toMatch(/more activities in one task/);
  expect(losses).toEqual(['header']);
});

test('a failed look-up is a loss, and the run says that it is incomplete', async () => {
  const firstEvents = { look: () => Promise.reject(new Error('too many')) } as unknown as FirstEvents;
  const resolved = await resolve(undefined, resolver({ firstEvents }));
  expect(resolved.incomplete).toMatch(/could not be read/);
  expect(losses).toEqual(['lookup']);
});

test('a whole number that would change is left out and named, in a header and in sealed metadata', async () => {
  const json = (text: string): Payload => ({
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(text),
  });
  const issue = { path: ['ids', 0], message: expect.stringContaining('in quotes, as text') };
  const plain = await resolver().resolve({
    header: json('{"v": 1, "user": {"ids": [9007199254740993], "operator": "Ada"}}'),
    execution,
    client: () => undefined,
  });
  expect(plain).toMatchObject({ user: { operator: 'Ada' }, issues: [issue] });
  expect(plain.user).not.toHaveProperty('ids');
  const [encoded] = await codec.encode([json('{"ids": [9007199254740993], "operator": "Ada"}')]);
  const opened = await resolver({ codecs: [codec] }).resolve({
    header: encodeHeader({ sealed: sealPayload(encoded!) }),
    execution,
    client: () => undefined,
  });
  expect(opened).toMatchObject({ user: { operator: 'Ada' }, issues: [issue] });
  expect(opened.user).not.toHaveProperty('ids');
});
