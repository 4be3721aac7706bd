/** Stash: what runs see is what stands at their commit, and history never forgets. */
import { describe, expect, it } from 'vitest';
import type { StashChange } from '../../../src/store/interface/stash-changes';
import type { Under } from '../contract';
import { opening, uidOf } from '../runs';

const AUTHOR = { name: 'Ada', host: 'bench', pid: 7 };

export function stashContract(under: Under): void {
  const change = (...changes: StashChange[]) => under.store.changeStash('default', changes, AUTHOR);
  const nextScanId = async (n: number) => {
    const [answer] = await under.store.write([opening({ n })]);
    return answer?.kind === 'opened' ? answer.scan_id : undefined;
  };

  describe('stash', () => {
    it('is empty before its first change', async () => {
      expect(await under.store.stash('nobody')).toEqual({
        lab: 'nobody',
        version: 0,
        values: {},
        scan_id: 0,
      });
      expect(await under.store.labs()).toEqual([]);
    });

    it('keeps values of any JSON kind, keys in their order, and their history', async () => {
      await change(
        { op: 'set', key: 'b', value: { x: [null, '\0\ud800'] } },
        { op: 'set', key: 'a', value: 1 },
      );
      const { values, version } = await change({ op: 'set', key: 'b', value: false });
      expect(JSON.stringify(values)).toBe('{"b":false,"a":1}');
      expect(version).toBe(2);
      expect(await under.store.stashHistory('default', { key: 'b' })).toMatchObject([
        { version: 2, op: 'set', key: 'b', value: false, author: AUTHOR },
        { version: 1, op: 'set', key: 'b', value: { x: [null, '\0\ud800'] } },
      ]);
      expect(await under.store.stashHistory('default', { limit: 1 })).toHaveLength(1);
      expect(await under.store.stashHistory('default', { until: 1_000_000_000 })).toEqual([]);
    });

    it('init sets a key once: a key in the history is not revived', async () => {
      await change({ op: 'init', key: 'project', value: 'first' });
      await change({ op: 'init', key: 'project', value: 'second' });
      expect((await under.store.stash('default')).values).toEqual({ project: 'first' });
      await change({ op: 'unset', key: 'project' });
      const { version } = await under.store.stash('default');
      expect((await change({ op: 'init', key: 'project', value: 'third' })).values).toEqual({});
      await change({ op: 'clear', keep_scan_id: true });
      await change({ op: 'init', key: 'project', value: 'fourth' });
      expect(await under.store.stash('default')).toMatchObject({ values: {}, version: version + 1 });
    });

    it('holds the counter: set makes the next one N + 1, clear makes it 1 unless it is kept', async () => {
      expect(await nextScanId(1)).toBe(1);
      await change({ op: 'set', key: 'scan_id', value: 99 });
      expect(await nextScanId(2)).toBe(100);
      await change({ op: 'clear', keep_scan_id: true });
      expect(await nextScanId(3)).toBe(101);
      await change({ op: 'clear', keep_scan_id: false });
      expect(await nextScanId(4)).toBe(1);
      await expect(change({ op: 'set', key: 'scan_id', value: 1.5 })).rejects.toMatchObject({
        code: 'METADATA_INVALID',
      });
      expect((await under.store.stash('default')).scan_id).toBe(1);
    });

    it('has a version that the counter does not change', async () => {
      const { version } = await change({ op: 'set', key: 'a', value: 1 });
      await nextScanId(1);
      expect((await under.store.stash('default')).version).toBe(version);
    });

    it('a change that expects another version is refused', async () => {
      const { version } = await change({ op: 'set', key: 'a', value: 1 });
      const late = under.store.changeStash(
        'default',
        [{ op: 'set', key: 'a', value: 2 }],
        AUTHOR,
        version - 1,
      );
      await expect(late).rejects.toMatchObject({ code: 'STORE_BUSY' });
      expect((await under.store.stash('default')).values).toEqual({ a: 1 });
    });

    it('changed during an opening: only that run goes back, no scan id is used', async () => {
      const { version } = await change({ op: 'set', key: 'sample', value: 'Au' });
      const answers = await under.store.write([
        { ...opening({ n: 1 }), stash_version: version },
        { ...opening({ n: 2 }), stash_version: version - 1 },
        { ...opening({ n: 3 }), stash_version: null },
      ]);
      expect(answers).toMatchObject([
        { kind: 'opened', scan_id: 1 },
        { kind: 'stash-moved', stash: { lab: 'default', version, values: { sample: 'Au' } } },
        { kind: 'opened', scan_id: 2 },
      ]);
      expect(await under.store.resolve({ by: 'uid', uid: uidOf(2) })).toEqual([]);
    });

    it('a repeated run is not checked against the stash again', async () => {
      await under.store.write([{ ...opening({ n: 1 }), stash_version: 0 }]);
      await change({ op: 'set', key: 'a', value: 1 });
      const answers = await under.store.write([{ ...opening({ n: 1 }), stash_version: 0 }]);
      expect(answers).toMatchObject([{ kind: 'opened', scan_id: 1 }]);
    });
  });
}
