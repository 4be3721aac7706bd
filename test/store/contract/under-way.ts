/** What happens while work is under way, and what is still to settle. */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/model/decision';
import type { SettledDocument } from '../../../src/model/documents';
import type { Checkpoint, LogLine } from '../../../src/model/progress';
import type { LogRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, type RunSketch, stopping, uidOf } from '../runs';

const HOSTILE = 'a\0b\ud800c';
const EXECUTION = { namespace: 'default', workflow_id: 'w', run_id: '00000000-0000-4000-8000-00000000000b' };
const FAR = Number.MAX_SAFE_INTEGER;

const line = (n: number, message = `line ${n}`): LogLine => ({ time: n, level: 'INFO', message });
const settled = (n: number): SettledDocument => ({
  schema_version: 1,
  run_start: uidOf(n),
  time: 9,
  outcome: 'completed',
  evidence: { source: 'workflow' },
});

export function underWayContract(under: Under): void {
  describe('during work', () => {
    it('checkpoints are kept by their index, the first of each', async () => {
      const checkpoint = (index: number, details: Checkpoint['details']): Checkpoint => ({
        schema_version: 1,
        checkpoint_id: uidOf(100 + index),
        run_start: uidOf(1),
        index,
        start_time: index,
        stop_time: index + 1,
        details,
        t_stop_ms: 10,
      });
      const told = [checkpoint(1, [{ step: HOSTILE }]), checkpoint(0, [1]), checkpoint(1, ['again'])];
      await under.store.write(told.map((one) => ({ kind: 'checkpoint', checkpoint: one })));
      expect(await under.store.checkpoints(uidOf(1))).toEqual([told[1], told[0]]);
      expect(await under.store.checkpoints(uidOf(2))).toEqual([]);
    });

    it('logged lines are kept by their number; those outside the bound are deleted', async () => {
      const log = (first: number, lines: LogLine[], keep_from = 0): LogRecord => ({
        kind: 'log',
        run_start: uidOf(1),
        run_id: EXECUTION.run_id,
        first,
        lines,
        keep_from,
      });
      const odd = { ...line(1, `${HOSTILE} ∞`), attributes: { a: [null, HOSTILE] } };
      await under.store.write([log(0, [line(0), odd]), log(0, [line(0, 'again')])]);
      expect(await under.store.log({ run_start: uidOf(1) })).toEqual([line(0), odd]);
      await under.store.write([log(2, [line(2), line(3)], 3), { ...log(0, [line(7)]), run_start: null }]);
      expect(await under.store.log({ run_start: uidOf(1) })).toEqual([line(3)]);
      expect(await under.store.log({ run_id: EXECUTION.run_id })).toEqual([line(7)]);
      const marked = [line(4, '\u001f"as if it were marked"'), line(5, '\u001f'), line(6, '')];
      await under.store.write([log(4, marked)]);
      expect((await under.store.log({ run_start: uidOf(1) })).slice(1)).toEqual(marked);
    });

    it("of a decision, history replaces the sandbox's view, never the reverse", async () => {
      const seen: Decision = {
        ...EXECUTION,
        kind: 'signal',
        ordinal: 1,
        name: HOSTILE,
        time: 5,
        origin: 'sandbox',
      };
      const told: Decision = { ...seen, time: 4, identity: 'Ada', origin: 'history' };
      const decisions = async (...all: Decision[]) => {
        await under.store.write(all.map((decision) => ({ kind: 'decision', decision })));
        return under.store.decisions(EXECUTION.run_id);
      };
      expect(await decisions({ ...seen, time: 6 }, seen)).toEqual([seen]);
      const earlier: Decision = { ...told, kind: 'cancel', time: 3 };
      expect(await decisions(told, seen, earlier)).toEqual([earlier, told]);
    });

    it('a second end of a run is kept as a late report, once', async () => {
      const other = { ...stopping(1, { time: 7, exit_status: 'fail', reason: HOSTILE }), uid: uidOf(77) };
      await under.store.write([opening({ n: 1 }), stopping(1, { time: 5 })]);
      expect(await under.store.write([other, other])).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
      const reports = await under.store.lateReports({ run_start: uidOf(1) });
      expect(reports).toEqual([{ kind: 'stop', document: JSON.parse(other.document) }]);
    });
  });

  describe('what is not settled yet', () => {
    const open = (...sketches: RunSketch[]) => under.store.write(sketches.map(opening));

    it('are executions in pages, with all of their runs; settled and young ones are left out', async () => {
      const of = (n: number, run_id: string, more: Partial<RunSketch> = {}): RunSketch => ({
        n,
        time: n,
        ...more,
        temporal: { run_id, workflow_id: `w ${run_id}`, activity_id: 'a', attempt: n, scheduled_time: n },
      });
      await open(of(1, 'one'), of(2, 'one'), of(3, 'two'), of(4, 'young', { time: 900 }), of(5, 'done'));
      const close = { namespace: 'default', workflow_id: 'w done', run_id: 'done', close_time: 6 };
      await under.store.write([
        { kind: 'settled', document: settled(1) },
        { kind: 'settled', document: settled(5) },
        {
          kind: 'execution-close',
          close: { schema_version: 1, ...close, status: 'completed', origin: 'server' },
        },
        stopping(2, { time: 3, exit_status: 'fail' }),
      ]);
      const run = (n: number) => ({
        uid: uidOf(n),
        time: n,
        activity_id: 'a',
        attempt: n,
        is_local: false,
        scheduled_time: n,
      });
      const identity = { worker_identity: 'worker@machine' };
      const first = await under.store.unsettled({ limit: 1, opened_before: 500 });
      expect(first.executions).toEqual([
        {
          namespace: 'default',
          workflow_id: 'w one',
          run_id: 'one',
          has_start: false,
          closed: false,
          runs: [
            { ...run(1), settled: true },
            { ...run(2), settled: false, ...identity, observed: 'fail' },
          ],
          asked: [],
        },
      ]);
      const rest = await under.store.unsettled({ limit: 10, after: first.next, opened_before: 500 });
      expect(rest.executions).toMatchObject([{ run_id: 'two', runs: [{ ...run(3), ...identity }] }]);
      expect(rest.next).toBeUndefined();
    });

    it('are standalone activities in pages, each with all of its runs', async () => {
      const of = (n: number, activity_run_id: string, attempt: number): RunSketch => ({
        n,
        time: n,
        temporal: { activity_id: 'scan', activity_run_id, attempt, ...NO_WORKFLOW },
      });
      await open(of(1, 'one', 1), of(2, 'one', 2), of(3, 'done', 1));
      await open(of(4, 'two', 1));
      await open({ n: 5, time: 5 }, of(600, 'young', 1));
      await under.store.write([1, 3].map((n) => ({ kind: 'settled', document: settled(n) })));
      const query = { opened_before: 500 };
      const first = await under.store.unsettledStandalone({ ...query, limit: 1 });
      expect(first.activities).toMatchObject([
        {
          namespace: 'default',
          activity_id: 'scan',
          activity_run_id: 'one',
          runs: [
            { uid: uidOf(1), attempt: 1, settled: true },
            { uid: uidOf(2), attempt: 2, settled: false },
          ],
        },
      ]);
      const rest = await under.store.unsettledStandalone({ ...query, limit: 10, after: first.next });
      expect(rest.activities.map((one) => one.activity_run_id)).toEqual(['two']);
      expect(rest.next).toBeUndefined();
      expect((await under.store.unsettled({ limit: FAR, ...query })).executions).toHaveLength(1);
    });
  });
}

const NO_WORKFLOW = { workflow_id: undefined, run_id: undefined, workflow_type: undefined };
