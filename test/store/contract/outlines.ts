/** Executions and runs in outline: what a timeline is drawn of. */
import { describe, expect, it } from 'vitest';
import type { TimelineEntry, TimelineQuery } from '../../../src/store/interface/outline';
import { BEFORE, CHILD, FAILED, failedExecutionRecords } from '../../cli/failed-execution';
import { LONG, longExecutionRecords } from '../../web/long-execution';
import type { Under } from '../contract';
import { opening, stopping, uidOf } from '../runs';

const BAD = { outcomes: ['failed', 'timed_out', 'lost'], exit_statuses: ['fail'] };
const HOSTILE = { ...LONG, run_id: 'e4f1e5d0-1111-4000-8000-00000000abcd' };

function nameOf(entry: TimelineEntry): string {
  if ('child' in entry) return `child ${entry.child.workflow_id}`;
  const last = entry.runs.at(-1)!;
  return `${last.activity_type} ${last.activity_id} ×${entry.attempts}`;
}

export function outlineContract(under: Under): void {
  const part = async (query: Partial<TimelineQuery>) => {
    const { entries, total } = await under.store.outline.timeline({
      run_id: LONG.run_id,
      skip: 0,
      limit: 500,
      ...query,
    });
    return { names: entries.map(nameOf), total, entries };
  };

  describe('an execution in outline', () => {
    it('has its children, activities and children in order of their begin, and the attempts of each', async () => {
      const { store } = under;
      await store.write(failedExecutionRecords());
      const family = await store.outline.family(FAILED.run_id, 10);
      expect(family.map(({ run_id, status, parent_run_id }) => [run_id, status, parent_run_id])).toEqual([
        [FAILED.run_id, 'failed', undefined],
        [CHILD.run_id, 'failed', FAILED.run_id],
      ]);
      expect((await part({ run_id: FAILED.run_id })).names).toEqual([
        'acquire 101 ×1',
        `child ${CHILD.workflow_id}`,
      ]);
      const { entries } = await part({ run_id: CHILD.run_id });
      expect(entries).toMatchObject([
        { attempts: 3, runs: [103, 104, 105].map((n, i) => ({ uid: uidOf(n), attempt: i + 1 })) },
      ]);
      expect((await part({ run_id: FAILED.run_id, ends: BAD })).names).toEqual([
        `child ${CHILD.workflow_id}`,
      ]);
      expect((await part({ run_id: FAILED.run_id, text: 'NIGHT-SCAN' })).total).toBe(1);
      const numbers = family.map(({ id }) => id);
      const other = { run_id: CHILD.run_id, lab: 'another' };
      expect((await part(other)).names).toEqual([]);
      const latest = { ends: BAD, limit: 10 };
      expect(await store.outline.tallies(numbers, latest, 'another')).toEqual([]);
      const tallies = await store.outline.tallies(numbers, latest);
      const [failed] = await store.readRuns(tallies.flatMap(({ last }) => last ?? []));
      expect(failed?.start.uid).toBe(uidOf(105));
      const log = async (more: object = {}) =>
        (await store.outline.log({ run_id: CHILD.run_id, limit: 10, ...more })).map(({ level, run }) => [
          level,
          run?.activity_type,
        ]);
      expect(await log()).toEqual([
        ['WARN', 'train'],
        ['INFO', 'train'],
      ]);
      expect(await log({ levels: ['WARN'], text: 'EXPOSURE' })).toEqual([['WARN', 'train']]);
      expect(await log({ text: 'dark%' })).toEqual([]);
      expect(await log({ run_id: FAILED.run_id })).toEqual([['INFO', undefined]]);
      expect(await log({ lab: 'another' })).toEqual([]);
      const chain = await store.outline.chain(BEFORE.run_id, 10);
      expect(chain.map(({ run_id }) => run_id)).toEqual([BEFORE.run_id, FAILED.run_id]);
    });

    it('is read page by page, and limited to the requested part', async () => {
      await under.store.write(longExecutionRecords(600));
      const whole = await part({});
      expect(whole.total).toBe(600);
      expect(whole.names.slice(6, 9)).toEqual(['acquire 7 ×1', 'reduce 8 ×2', 'train 9 ×1']);
      expect((await part({ skip: 590, limit: 500 })).names).toHaveLength(10);
      expect((await part({ skip: 600 })).names).toEqual([]);
      expect((await part({ ends: BAD })).names).toEqual(['train 501 ×1']);
      expect((await part({ retried: true })).total).toBe(6);
      expect((await part({ activity_type: 'train' })).total).toBe(200);
      expect((await part({ text: 'no beam at frame 500' })).total).toBe(1);
      expect((await part({ text: 'no_beam%' })).total).toBe(0);
      expect((await part({ text: 'TRAIN', limit: 1 })).names).toEqual(['train 3 ×1']);
      const { entries } = whole;
      const from = 'runs' in entries[100]! ? entries[100].runs[0]!.scheduled_time : 0;
      expect((await part({ from, to: from + 3, limit: 500 })).names).toEqual([
        'reduce 101 ×1',
        'train 102 ×1',
      ]);
    });

    it('counts activities by type and end, and shows when nothing ran', async () => {
      const { store } = under;
      const records = longExecutionRecords(2_500);
      for (let from = 0; from < records.length; from += 2_000)
        await store.write(records.slice(from, from + 2_000));
      const [execution] = await store.outline.family(LONG.run_id, 10);
      const tallies = await store.outline.tallies([execution!.id], { ends: BAD, limit: 1 });
      const sum = (of: typeof tallies) => of.reduce((all, { activities }) => all + activities, 0);
      expect(sum(tallies)).toBe(2_500);
      const failed = tallies.filter(({ outcome }) => outcome === 'failed');
      expect(failed.map(({ activities, last }) => [activities, last !== undefined])).toEqual([
        [1, true],
        [1, false],
      ]);
      const both = await store.outline.tallies([execution!.id], { ends: BAD, limit: 2 });
      const ended = both.flatMap(({ last }) => last ?? []);
      const times = (await store.readRuns(ended)).map(({ stop }) => stop!.time);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect((await part({ ends: BAD, ended })).names).toEqual((await part({ ends: BAD })).names);
      const from = execution!.start_time!;
      const idle = await store.outline.idle({
        executions: [execution!.id],
        from,
        to: execution!.close_time!,
        least_s: 60,
        limit: 10,
      });
      expect(idle.map(({ begin, end }) => Math.round(end - begin))).toEqual([10_801, 10_801]);
    });

    it('has what is open, and texts without an index', async () => {
      const { store } = under;
      const activity_id = 'a\0%_';
      const temporal = { ...HOSTILE, activity_id, activity_type: 'x'.repeat(3_000) };
      await store.write([
        opening({ n: 1, temporal }),
        stopping(1, { time: 1_790_000_002, exit_status: 'fail' }),
        opening({ n: 2, temporal: { ...temporal, attempt: 2 } }),
        stopping(2, { time: 1_790_000_003, temporal: { completes_async: true } }),
        opening({ n: 3, temporal: { ...temporal, activity_id: '3' } }),
      ]);
      const { entries } = await part({ run_id: HOSTILE.run_id });
      expect(entries).toMatchObject([
        { attempts: 2, runs: [{ activity_id }, { activity_id, completes_async: true }] },
        { attempts: 1, runs: [{ activity_id: '3' }] },
      ]);
      expect((await part({ run_id: HOSTILE.run_id, open: true })).total).toBe(2);
      expect((await part({ run_id: HOSTILE.run_id, ends: BAD })).total).toBe(0);
      expect((await part({ run_id: 'no such \0', text: 'a\0' })).total).toBe(0);
    });

    it('has the newest of its refusals, and their number', async () => {
      const { store } = under;
      await store.write(
        [1, 2, 3].map((n) => ({
          kind: 'refusal' as const,
          refusal_id: uidOf(n),
          time: 1_790_000_000 + n,
          lab: 'default',
          issues: [{ path: ['operator'], message: 'is required' }],
          document: JSON.stringify({ temporal: LONG }),
        })),
      );
      const { refusals, total } = await store.outline.refusals([LONG.run_id], 2);
      expect(total).toBe(3);
      expect(refusals.map(({ refusal_id }) => refusal_id)).toEqual([3, 2].map(uidOf));
      expect((await store.outline.refusals([LONG.run_id], 2, 'another')).total).toBe(0);
      expect(await store.outline.refusals([], 2)).toEqual({ refusals: [], total: 0 });
    });
  });
}
