/** Links are derived in pages, beside what is written, and change nothing that was recorded. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store';
import type { Under } from '../contract';
import { opening, stopping } from '../runs';

/** Pages until nothing is left. */
export async function linkAll(store: Store, limit = 100): Promise<void> {
  while (!(await store.link(limit)).done);
}

export function linkingContract(under: Under): void {
  describe('deriving links', () => {
    it('does not change identity and state of the store', async () => {
      await under.store.write([opening({ n: 1 }), stopping(1, { time: 2 })]);
      const before = await under.store.identity();
      await linkAll(under.store);
      expect(await under.store.identity()).toEqual(before);
      expect(await under.store.linkState()).toEqual({ behind: 0, todo: 0, waiting: 0 });
    });

    it('happens between groups that are written at the same time, and none of them is refused', async () => {
      const writes = Array.from({ length: 20 }, (_, i) => {
        const written = under.store.write([opening({ n: i + 1 }), stopping(i + 1, { time: 2 })]);
        return [written, under.store.link(1)] as const;
      }).flat();
      await Promise.all(writes);
      await linkAll(under.store);
      expect((await under.store.counts()).runs).toBe(20);
      expect((await under.store.linkState()).behind).toBe(0);
    });

    it('starts again on request: a link without a fact is removed, one to a removed run stays', async () => {
      await under.store.write([1, 2, 3].flatMap((n) => [opening({ n }), stopping(n, { time: 2 })]));
      await linkAll(under.store);
      // 4 and 8 are the nodes of the first runs, 4000 that of one that was taken out, 5 a version's.
      await under.edit(
        'link',
        'INSERT INTO link VALUES (4, 8, 3, 1), (4, 5, 2, 8), (4000, 8, 3, 1), (8, 4000, 3, 1)',
      );
      await under.edit('link_todo', 'INSERT INTO link_todo VALUES (1)');
      await under.store.forgetLinks();
      expect((await under.store.linkState()).behind).toBeGreaterThan(0);
      await linkAll(under.store, 1);
      expect((await under.query('SELECT earlier FROM link ORDER BY earlier')).map(Number)).toEqual([8, 4000]);
      expect(await under.store.linkState()).toEqual({ behind: 0, todo: 0, waiting: 0 });
    });

    it('is done by one process at a time', async () => {
      const other = await under.reopen();
      await under.store.write(Array.from({ length: 30 }, (_, i) => opening({ n: i + 1 })));
      const until = async (store: Store) => {
        for (;;) {
          const page = await store.link(5).catch(() => undefined);
          if (page?.done) return;
        }
      };
      await Promise.all([until(under.store), until(other)]);
      await other.close();
      expect((await under.store.linkState()).behind).toBe(0);
    });
  });
}
