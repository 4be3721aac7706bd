/** What readers are told when they find nothing. */
import { describe, expect, it } from 'vitest';
import type { Under } from '../contract';
import { opening } from '../runs';

const LONG = 'long '.repeat(60);

const sorted = <One extends { lab: string }>(labs: readonly One[]): One[] =>
  [...labs].sort((a, b) => (a.lab < b.lab ? -1 : 1));

export function hintsContract(under: Under): void {
  describe('hints', () => {
    it('labs with runs, counted up to a limit, also for one scan id', async () => {
      const { store } = under;
      await store.changeStash('empty', [{ op: 'set', key: 'a', value: 1 }], {
        name: 'ada',
        host: 'h',
        pid: 1,
      });
      await store.write([
        ...[1, 2, 3].map((n) => opening({ n })),
        opening({ n: 4, lab: 'hall-2' }),
        opening({ n: 5, lab: 'nul\0' }),
      ]);
      const all = [
        { lab: 'default', runs: 3 },
        { lab: 'hall-2', runs: 1 },
        { lab: 'nul\0', runs: 1 },
      ];
      expect(sorted(await store.labRuns({ most: 10 }))).toEqual(all);
      expect(sorted(await store.labRuns({ most: 2 }))[0]).toEqual({ lab: 'default', runs: 2 });
      expect(await store.labRuns({ most: 10, scan_id: 3 })).toEqual([{ lab: 'default', runs: 1 }]);
      expect(await store.labRuns({ most: 10, scan_id: 9 })).toEqual([]);
    });

    it('fields and their values as given, without long ones, up to a limit', async () => {
      const { store } = under;
      const operators = ['Ada', 'Grace', 'Ada', true, 12.5, -3, null, LONG, { name: 'Eve' }, ['x', 7]];
      await store.write(
        operators.map((operator, index) => opening({ n: index + 1, fields: { operator, dose: index } })),
      );
      expect(await store.paths(100)).toEqual(['dose', 'operator', 'operator.name']);
      expect(await store.paths(1)).toEqual(['dose']);
      expect(await store.paths(100, 'operator')).toEqual(['operator', 'operator.name']);
      expect(await store.paths(100, 'dos')).toEqual(['dose']);
      const values = await store.fieldValues('operator', 100);
      expect(new Set(values)).toEqual(new Set(['Ada', 'Grace', true, 12.5, -3, 'x', 7]));
      expect(await store.fieldValues('operator.name', 100)).toEqual(['Eve']);
      expect(await store.fieldValues('operator.name', 100, 'E')).toEqual(['Eve']);
      expect(await store.fieldValues('operator.name', 100, 'Ev e')).toEqual([]);
      expect(new Set(await store.fieldValues('dose', 100))).toEqual(new Set(operators.map((_, n) => n)));
      expect((await store.fieldValues('dose', 4)).length).toBeLessThanOrEqual(8);
      expect(await store.fieldValues('nothing', 100)).toEqual([]);
    });

    it('values of known fields, if they are in a small table', async () => {
      const { store } = under;
      await store.write([
        opening({ n: 1 }),
        opening({ n: 2, lab: 'hall-2', temporal: { activity_type: 'fit', workflow_type: undefined } }),
      ]);
      expect((await store.columnValues('activity_type', 9))?.sort()).toEqual(['acquire', 'fit']);
      expect(await store.columnValues('workflow_type', 9)).toEqual(['pipeline']);
      expect((await store.columnValues('lab', 9))?.sort()).toEqual(['default', 'hall-2']);
      expect(await store.columnValues('activity_type', 1)).toHaveLength(1);
      expect(await store.columnValues('host', 9)).toBeUndefined();
    });
  });
}
