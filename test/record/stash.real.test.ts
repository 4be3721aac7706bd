/** The stash for programs: atomic, validated, with its history. */
import { expect, it } from 'vitest';
import { openStash } from '../built';
import { AMPLE_MS, draft, recorderOn, storeUrl } from './recorder-kit';

it('gets, sets, deletes, clears, and remembers every change', async () => {
  const stash = await openStash(storeUrl(), 'beamline');
  expect(await stash.get()).toEqual({});
  await stash.set('sample', { name: 'Au' });
  await stash.set({ operator: 'Ada', energy: 8979.5 });
  expect([await stash.get('sample'), await stash.get('none'), await stash.get('toString')]).toEqual([
    { name: 'Au' },
    undefined,
    undefined,
  ]);
  await stash.delete('energy');
  expect(await stash.get()).toEqual({ sample: { name: 'Au' }, operator: 'Ada' });
  await stash.clear();
  expect((await stash.history()).map((entry) => [entry.op, entry.key])).toEqual([
    ['clear', undefined],
    ['unset', 'energy'],
    ['set', 'energy'],
    ['set', 'operator'],
    ['set', 'sample'],
  ]);
  await stash.close();
});

it("refuses what can't be recorded, and changes nothing then", async () => {
  const stash = await openStash(storeUrl());
  await stash.set('project', 'optics');
  const bad = [
    { uid: 'x' },
    { 'a.b': 1 },
    { a: Number.NaN },
    { owner: 5 },
    { scan_id: -1 },
    { scan_id: 2 ** 53 },
  ];
  for (const values of bad) {
    await expect(stash.set(values as never)).rejects.toMatchObject({ code: 'METADATA_INVALID' });
  }
  await expect(stash.update(() => ({ time: 5 }))).rejects.toMatchObject({ code: 'METADATA_INVALID' });
  expect(await stash.get()).toEqual({ project: 'optics' });
  await stash.close();
});

it('runs concurrent updates one after the other', async () => {
  const url = storeUrl();
  const stashes = await Promise.all([openStash(url), openStash(url)]);
  const increments = Array.from({ length: 10 }, (_, i) =>
    stashes[i % 2]!.update((values) => ({ ...values, count: Number(values.count ?? 0) + 1 })),
  );
  await Promise.all(increments);
  expect(await stashes[0]!.get('count')).toBe(10);
  await Promise.all(stashes.map((stash) => stash.close()));
});

it('awaits an async update', async () => {
  const stash = await openStash(storeUrl());
  await stash.set({ operator: 'Grace', sample: { name: 'Au' } });
  await stash.set('scan_id', 40);
  const after = await stash.update(async (values) => {
    await Promise.resolve();
    values.operator = 'Ada';
  });
  expect(after).toEqual({ operator: 'Ada', sample: { name: 'Au' }, scan_id: 40 });
  expect(await stash.get()).toEqual(after);
  expect(await stash.update(async () => ({ operator: 'Bob' }))).toEqual({ operator: 'Bob', scan_id: 40 });
  await stash.close();
});

it.each<[string, (values: never) => unknown]>([
  ['the value of an assignment', (values: { operator: string }) => (values.operator = 'Ada')],
  ['the length that push returns', (values: { tags: string[] }) => values.tags.push('x')],
  ['an array of its own', (values: { tags: string[] }) => values.tags],
  ['an object that was just put in', (values: { sample: object }) => (values.sample = { name: 'Fe' })],
  ['the same, later', async (values: { sample: object }) => (values.sample = { name: 'Fe' })],
  ['null', () => null],
  ['a date', () => new Date(0)],
  ['a promise of text', async () => 'Ada'],
])('an update that returns %s is refused, and the stash is as before', async (_what, change) => {
  const stash = await openStash(storeUrl());
  const before = { operator: 'Grace', tags: ['a'], sample: { name: 'Au' } };
  await stash.set({ ...before, scan_id: 40 });
  await expect(stash.update(change as never)).rejects.toMatchObject({
    code: 'METADATA_INVALID',
    message: expect.stringMatching(/Nothing was changed.*write braces/),
  });
  expect(await stash.get()).toEqual({ ...before, scan_id: 40 });
  await stash.close();
});

it('keeps the given value, even if the object changes afterwards', async () => {
  const stash = await openStash(storeUrl());
  const values = { sample: { n: 1 } };
  const set = stash.set(values);
  values.sample.n = 2;
  await set;
  const sample = { n: 3 };
  const again = stash.set('other', sample);
  sample.n = 4;
  await again;
  expect(await stash.get()).toEqual({ sample: { n: 1 }, other: { n: 3 } });
  await stash.close();
});

it('scan_id is the counter: the next run takes one more', async () => {
  const url = storeUrl();
  const stash = await openStash(url);
  await stash.set('scan_id', 4711);
  const recorder = recorderOn(url);
  expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ scan_id: 4712 });
  expect(await stash.get('scan_id')).toBe(4712);
  await stash.clear({ keepScanId: true });
  expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ scan_id: 4713 });
  await stash.close();
});
