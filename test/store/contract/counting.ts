/** Runs read bit by bit, counted, and what they take. */
import { describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../../src/filter/execution-fields';
import { parseFilter } from '../../../src/filter/parser';
import { sizeOf } from '../../../src/questions/health/sizes';
import { countRuns } from '../../../src/questions/lists/counts';
import { fieldsOf, isMixed } from '../../../src/questions/lists/fields';
import type { WriteRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, stopping, uidOf } from '../runs';

const NOVEMBER = Date.UTC(2026, 10, 30, 23, 59) / 1000;
const DAY = 86_400;
const LONG = 'long '.repeat(60);

export function countingContract(under: Under): void {
  const count = async (by: string[], where = '', only_lab?: string) => {
    const scope = { store: under.store, lab: 'default', only_lab };
    const counts = await countRuns(scope, { filter: parseFilter(where), by });
    return counts.map(({ by: values, runs }) => [...Object.values(values), runs]);
  };

  describe('runs by their sequence numbers', () => {
    it('are found at once and returned in any order; missing ones are left out', async () => {
      const { store } = under;
      await store.write([1, 2, 3, 4].map((n) => opening({ n })));
      const numbers = await store.findRuns({ limit: 3 });
      expect(numbers).toHaveLength(3);
      const read = async (some: readonly number[]) =>
        (await store.readRuns(some)).map(({ start }) => start.uid);
      expect(await read(numbers)).toEqual([4, 3, 2].map(uidOf));
      expect(await read([numbers[2]!, 1_000_000, numbers[0]!])).toEqual([2, 4].map(uidOf));
      expect(await read([])).toEqual([]);
    });

    it('continue after a run, in any order', async () => {
      const { store } = under;
      await store.write([1, 2, 3, 4].map((n) => opening({ n, time: NOVEMBER - n })));
      const behind = async (n: number, filter?: ReturnType<typeof parseFilter>) =>
        (await store.runs({ limit: 2, after: uidOf(n), filter })).map(({ start }) => start.uid);
      expect(await behind(4)).toEqual([3, 2].map(uidOf));
      expect(await behind(1)).toEqual([]);
      expect(await behind(3, parseFilter('ORDER BY time'))).toEqual([2, 1].map(uidOf));
      await expect(behind(9)).rejects.toMatchObject({ code: 'CURSOR_GONE' });
    });

    it('include the first of each execution, and the first with a scan id', async () => {
      const { store } = under;
      const of = (run: string) => ({ run_id: run, workflow_id: run });
      await store.write([
        opening({ n: 1, temporal: of('a'), numbered: false }),
        opening({ n: 2, temporal: of('a') }),
        opening({ n: 3, temporal: of('a') }),
        opening({ n: 4, temporal: of('b') }),
      ]);
      const first = async (...ids: string[]) =>
        (await store.firstRuns(ids)).map(({ start }) => start.uid).sort();
      expect(await first('a', 'b', 'c')).toEqual([1, 2, 4].map(uidOf).sort());
      expect(await first()).toEqual([]);
    });

    it('include the last of each worker session, in any environment', async () => {
      const { store } = under;
      await store.write([
        opening({ n: 1, session: 'a', environment: 'x' }),
        opening({ n: 2, session: 'a', environment: 'y' }),
        opening({ n: 3, session: 'a', environment: 'x' }),
        opening({ n: 4, session: 'b', environment: 'x' }),
        opening({ n: 5, session: 'b' }),
        opening({ n: 6 }),
      ]);
      const last = async (...ids: string[]) =>
        (await store.lastRuns(ids)).map(({ start }) => start.uid).sort();
      expect(await last('a', 'b', 'c')).toEqual([3, 5].map(uidOf).sort());
      expect(await last('a')).toEqual([uidOf(3)]);
      expect(await last()).toEqual([]);
    });
  });

  describe('executions', () => {
    it("have the metadata of their runs, and as a family the metadata of their descendants' runs", async () => {
      const { store } = under;
      const address = (run_id: string) => ({ namespace: 'default', workflow_id: `w-${run_id}`, run_id });
      const start = (run_id: string, parent?: string): WriteRecord => ({
        kind: 'execution',
        start: {
          schema_version: 1,
          ...address(run_id),
          workflow_type: 'scan',
          start_time: NOVEMBER,
          task_queue: 'q',
          first_execution_run_id: run_id,
          attempt: 1,
          origin: 'sandbox',
          ...(parent !== undefined && { parent: address(parent) }),
        },
      });
      const run = (n: number, run_id: string, operator: string) =>
        opening({ n, fields: { operator }, temporal: { run_id, workflow_id: `w-${run_id}` } });
      await store.write([
        ...[start('top'), start('middle', 'top'), start('low', 'middle'), start('other'), start('empty')],
        ...[run(1, 'top', 'Ada'), run(2, 'low', 'Grace'), run(3, 'other', 'Grace')],
      ]);
      const found = async (where: string, family?: boolean) => {
        const filter = parseFilter(where, EXECUTION_FIELDS);
        return (await store.executions({ filter, family, limit: 10 }))
          .map(({ start: { run_id } }) => run_id)
          .sort();
      };
      expect(await found("operator = 'Grace'")).toEqual(['low', 'other']);
      expect(await found("operator = 'Grace'", true)).toEqual(['low', 'middle', 'other', 'top']);
      expect(await found("operator = 'Ada'", true)).toEqual(['top']);
      expect(await found("operator = 'Ada' AND operator = 'Grace'", true)).toEqual(['top']);
      expect(await found("operator = 'Grace' AND workflow_id = 'w-top'", true)).toEqual(['top']);
      expect(await found('operator IS NULL', true)).toEqual(['empty']);
      expect(await found("operator = 'Nobody'", true)).toEqual([]);
    });
  });

  describe('counts', () => {
    it('by fields, columns and months, of all runs, of a lab, of those that pass a filter', async () => {
      const { store } = under;
      await store.write([
        opening({ n: 1, time: NOVEMBER, fields: { operator: 'Ada', sample: { name: 'Ni' } } }),
        opening({ n: 2, time: NOVEMBER + DAY, fields: { operator: 'Ada', sample: 'Ni' } }),
        opening({ n: 3, time: NOVEMBER + DAY, fields: { operator: 'Bob\0' }, lab: 'hall-2' }),
        opening({ n: 4, time: NOVEMBER, fields: { operator: ['Ada', 7] } }),
        opening({ n: 5, time: NOVEMBER, fields: { operator: LONG } }),
        opening({ n: 6, time: NOVEMBER, temporal: { activity_type: 'fit' } }),
        stopping(1, { time: NOVEMBER + 1 }),
        stopping(2, { time: NOVEMBER + 1, exit_status: 'fail' }),
      ]);
      expect(await count([])).toEqual([[6]]);
      expect(await count([], "operator = 'Nobody'")).toEqual([[0]]);
      expect(await count(['month'])).toEqual([
        ['2026-11', 4],
        ['2026-12', 2],
      ]);
      expect(await count(['week'])).toEqual([['2026-11-30', 6]]);
      expect(await count(['day', 'year'], '', 'hall-2')).toEqual([['2026-12-01', '2026', 1]]);
      const operators = await count(['operator']);
      expect(operators[0]).toEqual(['Ada', 3]);
      expect(operators.slice(1).map(([value]) => value)).toEqual(
        expect.arrayContaining([
          7,
          null,
          expect.stringMatching(/^long long .*…$/),
          expect.stringContaining('Bob'),
        ]),
      );
      expect(await count(['operator', 'month'], "operator = 'Ada'")).toEqual([
        ['Ada', '2026-11', 2],
        [7, '2026-11', 1],
        ['Ada', '2026-12', 1],
      ]);
      expect(await count(['sample'], "operator = 'Ada'")).toEqual([
        ['Ni', 2],
        [null, 1],
      ]);
      expect(await count(['activity_type', 'status'])).toEqual(
        expect.arrayContaining([
          ['acquire', 'open', 3],
          ['acquire', 'completed', 1],
          ['acquire', 'failed', 1],
          ['fit', 'open', 1],
        ]),
      );
      await expect(count(['moth'])).resolves.toEqual([[null, 6]]);
      await expect(count(['uid'])).rejects.toMatchObject({ code: 'FILTER_INVALID' });
    });

    it('by fields whose values vary from run to run', async () => {
      const { store } = under;
      for (let from = 0; from < 1200; from += 100)
        await store.write(
          Array.from({ length: 100 }, (_, i) =>
            opening({
              n: from + i,
              fields: { operator: 'Ada', dose: (from + i) * 0.37, half: (from + i) % 2 },
            }),
          ),
        );
      expect(await count(['half'])).toEqual(
        expect.arrayContaining([
          [0, 600],
          [1, 600],
        ]),
      );
      expect((await count(['dose'])).length).toBe(1200);
      expect(await count(['operator', 'half'], 'dose < 37')).toEqual([
        ['Ada', 0, 50],
        ['Ada', 1, 50],
      ]);
      const [dose] = await store.fields('dose');
      expect(dose).toMatchObject({ path: 'dose', runs: 1200, types: [{ type: 'number', runs: 1200 }] });
      expect(dose!.values).toHaveLength(20);
    }, 60_000);
  });

  describe('fields', () => {
    it('with their types, and the most frequent values of one', async () => {
      const { store } = under;
      const samples = ['Ni', 'Ni', 'Au', { name: 'Ni', mass: 3 }, 12, null, true, ['Ni', 'Au']];
      await store.write(samples.map((sample, i) => opening({ n: i + 1, fields: { sample, purpose: 'x' } })));
      const scope = { store, lab: 'default' };
      const all = await fieldsOf(scope);
      expect(all.map(({ path, runs }) => [path, runs])).toEqual([
        ['purpose', 8],
        ['sample', 8],
        ['sample.mass', 1],
        ['sample.name', 1],
      ]);
      expect(all.filter(isMixed).map(({ path }) => path)).toEqual(['sample']);
      const [sample, ...below] = await fieldsOf(scope, 'sample');
      expect(below.map(({ path }) => path)).toEqual(['sample.mass', 'sample.name']);
      expect(new Map(sample!.types.map(({ type, runs }) => [type, runs]))).toEqual(
        new Map([
          ['text', 4],
          ['object', 1],
          ['number', 1],
          ['null', 1],
          ['boolean', 1],
          ['array', 1],
        ]),
      );
      expect(sample!.values!.slice(0, 2)).toEqual([
        { value: 'Ni', runs: 3 },
        { value: 'Au', runs: 2 },
      ]);
      expect(sample!.values).toContainEqual({ value: 12, runs: 1 });
      expect(sample!.values).toContainEqual({ value: true, runs: 1 });
      await expect(fieldsOf(scope, 'purpse')).rejects.toThrow(
        "No run has a field 'purpse'; did you mean purpose?",
      );
    });
  });

  describe('size', () => {
    it('by table, and how it grows', async () => {
      const { store } = under;
      const now = NOVEMBER + 20 * DAY;
      const scope = { store, lab: 'default' };
      expect(await sizeOf(scope, 'postgres://elsewhere/db', now)).toMatchObject({
        runs: 0,
        growth_bytes_per_day: 0,
      });
      await store.write(
        Array.from({ length: 200 }, (_, i) =>
          opening({ n: i, time: NOVEMBER + (i % 20) * DAY, fields: { note: `x${i}`.repeat(400) } }),
        ),
      );
      const size = await sizeOf(scope, 'postgres://elsewhere/db', now);
      expect(size).toMatchObject({ runs: 200, runs_per_day: 10 });
      expect(size.size_bytes).toBeGreaterThan(200 * 400);
      expect(size.growth_bytes_per_day).toBe(Math.round((10 * size.size_bytes) / 200));
      expect(size.tables.map(({ name }) => name)).toContain('run');
      expect(size).not.toHaveProperty('free_bytes');
      expect((await sizeOf(scope, 'sqlite:/tmp/x.db', now)).full_in_days).toBeGreaterThan(0);
    });
  });
}
