/** What a stash held at a time and who set it, and its history part by part: from both databases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../src/questions/scope';
import { fromBuild, openStore } from '../built';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';

const { stashNow, stashThen, stashHistoryPart } =
  fromBuild<typeof import('../../src/questions/stash-at')>('src/questions/stash-at');
const ADA = { name: 'ada', host: 'beamline-7', pid: 1 };
const BOB = { name: 'bob', host: 'beamline-7', pid: 2 };

describe.each([sqlitePlace(), postgresPlace()])('a stash with a history on $name', (place) => {
  let scope: Scope;
  /** UNIX seconds after each change. */
  const times: number[] = [];

  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    const store = await openStore(await place.url(), { mode: 'write', create: true });
    scope = { store, lab: 'north' };
    const change = async (author: typeof ADA, ...changes: Parameters<typeof store.changeStash>[1]) => {
      await store.changeStash('north', changes, author);
      await new Promise((resolve) => setTimeout(resolve, 5));
      times.push(Date.now() / 1000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await change(ADA, { op: 'set', key: 'operator', value: 'Ada' }, { op: 'set', key: 'shift', value: 1 });
    await change(BOB, { op: 'set', key: 'operator', value: 'Bob' });
    await change(ADA, { op: 'unset', key: 'shift' });
    await change(ADA, { op: 'clear', keep_scan_id: true });
    await change(BOB, { op: 'set', key: 'scan_id', value: 7 }, { op: 'set', key: 'beam', value: null });
  });
  afterAll(async () => {
    await scope?.store.close();
    await place.stop();
  });

  it('says for each value who set it and when', async (context) => {
    if (place.missing) context.skip(true, place.missing);
    const now = await stashNow(scope);
    expect(now).toMatchObject({ lab: 'north', scan_id: 7, version: 5 });
    expect(now.values).toMatchObject([{ key: 'beam', value: null, author: BOB, version: 5 }]);
    expect(now.values[0]!.since).toBeLessThan(times[4]!);
  });

  it('gives its values at any earlier time', async (context) => {
    if (place.missing) context.skip(true, place.missing);
    const held = async (at: number) =>
      Object.fromEntries((await stashThen(scope, at)).values.map(({ key, value }) => [key, value]));
    expect(await held(times[0]!)).toEqual({ operator: 'Ada', shift: 1 });
    expect(await held(times[1]!)).toEqual({ operator: 'Bob', shift: 1 });
    expect(await held(times[2]!)).toEqual({ operator: 'Bob' });
    expect(await held(times[3]!)).toEqual({});
    expect(await held(times[4]!)).toEqual({ beam: null });
    expect(await held(0)).toEqual({});
    expect(await stashThen(scope, times[1]!)).toMatchObject({ version: 2 });
  });

  it('gives its history page by page, and splits no change', async (context) => {
    if (place.missing) context.skip(true, place.missing);
    const versions: number[] = [];
    let before_version: number | undefined;
    for (let parts = 0; parts < 9; parts++) {
      const { entries, next } = await stashHistoryPart(scope, { limit: 2, before_version });
      versions.push(...entries.map(({ version }) => version));
      if (before_version !== undefined) expect(entries[0]!.version).toBeLessThan(before_version);
      if (next === undefined) break;
      before_version = next;
    }
    expect(versions).toEqual([5, 5, 4, 3, 2, 1, 1]);
  });

  it('gives the history of one key with the change that cleared it', async (context) => {
    if (place.missing) context.skip(true, place.missing);
    const { entries } = await stashHistoryPart(scope, { key: 'operator', limit: 10 });
    expect(entries.map(({ op, version }) => [op, version])).toEqual([
      ['clear', 4],
      ['set', 2],
      ['set', 1],
    ]);
  });
});
