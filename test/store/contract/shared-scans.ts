/** One number for all runs of an execution and its children, taken once by the first of them. */
import { describe, expect, it } from 'vitest';
import { MAX_SCAN_ID } from '../../../src/model/ids';
import type { OpenRecord, WriteAnswer } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, type RunSketch } from '../runs';

const AUTHOR = { name: 'test', host: 'test', pid: 1 };

export function sharedScanContract(under: Under): void {
  type Sketch = RunSketch & { record?: Partial<OpenRecord> };
  const open = async (...sketches: Sketch[]) =>
    scanIds(
      await under.store.write(sketches.map(({ record, ...sketch }) => ({ ...opening(sketch), ...record }))),
    );
  const counter = async (lab = 'default') => (await under.store.stash(lab)).scan_id;
  const of = (n: number, scan_root: string, more: Partial<Sketch> = {}): Sketch => ({
    n,
    ...more,
    record: { scan_root, ...more.record },
  });

  describe('runs of one execution', () => {
    it('share one scan id: in one group, in later ones, and next to runs with their own', async () => {
      expect(await open(of(1, 'a'), of(2, 'a'), of(3, 'b'), of(4, 'a'))).toEqual([1, 1, 2, 1]);
      expect(await counter()).toBe(2);
      expect(await open({ n: 5 }, of(6, 'a'), of(7, 'b'), of(8, 'c'))).toEqual(
        expect.arrayContaining([1, 2]),
      );
      expect(await counter()).toBe(4);
      expect(await open(of(9, 'a'), { n: 10 })).toEqual([1, 5]);
    });

    it('have a scan id for each lab that records them', async () => {
      expect(await open(of(1, 'a'), of(2, 'a', { lab: 'other' }), { n: 3 }, of(4, 'a'))).toEqual([
        1, 1, 2, 1,
      ]);
      expect(await open({ n: 5, lab: 'other' }, of(6, 'a', { lab: 'other' }))).toEqual([2, 1]);
    });

    it('keep it if the counter is set back or the stash is cleared', async () => {
      await open(of(1, 'a'));
      await under.store.changeStash('default', [{ op: 'set', key: 'scan_id', value: 41 }], AUTHOR);
      expect(await open(of(2, 'a'), of(3, 'b'), of(4, 'b'))).toEqual([1, 42, 42]);
      await under.store.changeStash('default', [{ op: 'clear', keep_scan_id: false }], AUTHOR);
      expect(await open(of(5, 'b'), of(6, 'c'))).toEqual([42, 1]);
    });

    it('with a given scan id, or none, take none from the counter and do not change the shared one', async () => {
      const unnumbered = of(1, 'a', { numbered: false });
      expect(await open(unnumbered, of(2, 'a', { scan_id: 4711 }), of(3, 'a'), of(4, 'a'))).toEqual([
        null,
        4711,
        1,
        1,
      ]);
      expect(await counter()).toBe(1);
    });

    it('share the first one from a source, and the counter does not change', async () => {
      const offered = (n: number, scan_offer: number) =>
        of(n, 'a', { record: { scan_root: 'a', scan_offer } });
      expect(await open(offered(1, 77), offered(2, 78), of(3, 'a'))).toEqual([77, 77, 77]);
      expect(await counter()).toBe(0);
      expect(
        await open(of(4, 'b'), { ...offered(5, 79), record: { scan_root: 'b', scan_offer: 79 } }),
      ).toEqual([1, 1]);
    });

    it('share it with retries, and answer a repeated run as before', async () => {
      const temporal = { activity_id: 'x', run_id: 'a', workflow_id: 'w' };
      const again = { temporal: { ...temporal, attempt: 2 } };
      expect(
        await open(of(1, 'a', { temporal }), of(2, 'a', again), of(1, 'a', { temporal }), { n: 3 }),
      ).toEqual([1, 1, 1, 2]);
      expect(await open(of(2, 'a', again), of(4, 'z'))).toEqual([1, 3]);
    });

    it('take none if their stash has changed', async () => {
      await under.store.changeStash('default', [{ op: 'set', key: 'k', value: 1 }], AUTHOR);
      const [answer] = await under.store.write([{ ...opening({ n: 1 }), scan_root: 'a', stash_version: 0 }]);
      expect(answer).toMatchObject({ kind: 'stash-moved', stash: { scan_id: 0 } });
      expect(await open(of(2, 'b'), of(1, 'a'))).toEqual([1, 2]);
    });

    it('have none above the largest', async () => {
      await under.store.changeStash(
        'default',
        [{ op: 'set', key: 'scan_id', value: MAX_SCAN_ID - 1 }],
        AUTHOR,
      );
      expect(await open(of(1, 'a'), of(2, 'b'), of(3, 'a'))).toEqual([MAX_SCAN_ID, null, MAX_SCAN_ID]);
    });

    it('have one scan id, whichever of many writers opens the first run, and none is skipped', async () => {
      const writers = [under.store, ...(await Promise.all([1, 2, 3].map(() => under.reopen())))];
      const groups = Array.from({ length: 40 }, (_, i) =>
        writers[i % 4]!.write(
          [0, 1, 2].map((k) => ({ ...opening({ n: 3 * i + k }), scan_root: `r${(i + k) % 8}` })),
        ),
      );
      const answers = (await Promise.all(groups)).map(scanIds);
      const numbers = new Map<number, Set<number | null>>();
      answers.forEach((ids, i) => {
        ids.forEach((id, k) => {
          const root = (i + k) % 8;
          numbers.set(root, (numbers.get(root) ?? new Set()).add(id));
        });
      });
      expect([...numbers.values()].map((ids) => ids.size)).toEqual(Array(8).fill(1));
      expect([...new Set(answers.flat())].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await counter()).toBe(8);
      await Promise.all(writers.slice(1).map((writer) => writer.close()));
    });
  });
}

function scanIds(answers: readonly WriteAnswer[]): (number | null)[] {
  return answers.map((answer) => {
    if (answer.kind !== 'opened') throw new Error(`not opened: ${JSON.stringify(answer)}`);
    return answer.scan_id;
  });
}
