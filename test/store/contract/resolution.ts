/** The workflow's view of an activity's end settles the last recorded run where no other attempt can have begun, else nothing. */
import { describe, expect, it } from 'vitest';
import type { StopDocument, TemporalStart } from '../../../src/model/documents';
import type { ResolutionRecord, WriteRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, stopping, uidOf } from '../runs';

const T = 1_790_000_000;
const ACTIVITY = { run_id: '00000000-0000-4000-8000-00000000000a', workflow_id: 'w', activity_id: 'a' };

interface Sketch {
  /** Seconds after {@link T}. */
  opens: number;
  stops?: number;
  temporal?: Partial<TemporalStart>;
  stop?: Partial<StopDocument>;
}

function attempt(n: number, { opens, stops, temporal, stop }: Sketch): WriteRecord[] {
  const time = T + opens;
  const run = opening({ n, time, temporal: { ...ACTIVITY, attempt: n, scheduled_time: time, ...temporal } });
  return stops === undefined ? [run] : [run, stopping(n, { time: T + stops, ...stop })];
}

function resolved(after: number, more: Partial<ResolutionRecord> = {}): ResolutionRecord {
  const { run_id, activity_id } = ACTIVITY;
  return { kind: 'resolution', run_id, activity_id, time: T + after, outcome: 'completed', ...more };
}

function beat(n: number, index: number, from: number, to: number): WriteRecord {
  const checkpoint = { checkpoint_id: uidOf(900 + index), run_start: uidOf(n), index, details: [] };
  return {
    kind: 'checkpoint',
    checkpoint: { schema_version: 1, ...checkpoint, start_time: T + from, stop_time: T + to },
  };
}

const ASKED = {
  ...ACTIVITY,
  namespace: 'default',
  workflow_type: 'pipeline',
  lab: 'default',
  activity_type: 'acquire',
  task_queue: 'measurements',
  outcome: 'completed' as const,
};

const limit = (options: TemporalStart['options']) => ({ options });

export function resolutionContract(under: Under): void {
  const outcomes = async () =>
    (await under.store.attempts(uidOf(1))).map(({ settled }) => settled?.outcome ?? null);

  describe("the workflow's view of an activity's end", () => {
    it('settles the last attempt, and marks those before it as retried', async () => {
      await under.store.write([
        ...attempt(1, { opens: 0, stops: 1, stop: { exit_status: 'fail' } }),
        ...attempt(2, { opens: 2, stops: 3, temporal: limit({ start_to_close_timeout_ms: 60_000 }) }),
        resolved(3.1),
      ]);
      expect(await outcomes()).toEqual(['superseded', 'completed']);
      const [first, second] = await under.store.attempts(uidOf(1));
      expect(second?.settled).toEqual({
        schema_version: 1,
        run_start: uidOf(2),
        time: T + 3.1,
        outcome: 'completed',
        evidence: { source: 'workflow' },
      });
      expect(first?.settled?.evidence).toEqual({ source: 'store', reason: 'later_attempt', by: uidOf(2) });
    });

    it('is known to a process that has not seen the run itself', async () => {
      await under.store.write(attempt(1, { opens: 0, stops: 1 }));
      const other = await under.reopen();
      await other.write([resolved(1.1)]);
      await other.close();
      expect(await outcomes()).toEqual(['completed']);
    });

    it('uses the order in which attempts were scheduled, not the order of import', async () => {
      await under.store.write([
        ...attempt(2, { opens: 2, stops: 3 }),
        ...attempt(1, { opens: 0, stops: 1, stop: { exit_status: 'fail' } }),
        resolved(3.1),
      ]);
      expect(await outcomes()).toEqual(['completed', 'superseded']);
    });

    const first = { exit_status: 'fail' } as const;

    it('settles the attempts before a reset by when the activity was scheduled', async () => {
      await under.store.write([
        ...attempt(1, { opens: 0, stops: 1, stop: first }),
        ...attempt(2, { opens: 2, stops: 3, temporal: { attempt: 1 } }),
        resolved(3.1, { asked: { ...ASKED, scheduled_time: T, time: T + 3.1 } }),
      ]);
      expect(await outcomes()).toEqual(['superseded', 'completed']);
    });

    it('does not apply to an earlier activity of the same id', async () => {
      await under.store.write([
        ...attempt(1, { opens: 0, stops: 1 }),
        ...attempt(2, { opens: 10, stops: 11, temporal: { attempt: 1 }, stop: first }),
        ...attempt(3, { opens: 12, stops: 13, temporal: { attempt: 2 } }),
        resolved(13.1),
      ]);
      await under.store.write([
        ...attempt(4, { opens: 20, stops: 21, temporal: { attempt: 2 } }),
        resolved(21.1, { asked: { ...ASKED, scheduled_time: T + 20, time: T + 21.1 } }),
      ]);
      expect(await outcomes()).toEqual([null, 'superseded', 'completed', 'completed']);
    });

    const leaves: [string, Sketch, ResolutionRecord, WriteRecord[]?][] = [
      ['what the worker saw differs', { opens: 0, stops: 1, stop: { exit_status: 'fail' } }, resolved(1.1)],
      ['the worker has seen no end yet', { opens: 0 }, resolved(1.1)],
      [
        'the attempt had run out of time',
        { opens: 0, stops: 0.8, temporal: limit({ start_to_close_timeout_ms: 300 }) },
        resolved(0.9),
      ],
      [
        'it returned in time, but nobody can tell that its result arrived',
        { opens: 0, stops: 0.1, temporal: limit({ start_to_close_timeout_ms: 300 }) },
        resolved(0.9),
      ],
      [
        'its time had begun before its run opened',
        {
          opens: 0.2,
          stops: 0.4,
          temporal: { scheduled_time: T, options: { start_to_close_timeout_ms: 300 } },
        },
        resolved(0.4),
      ],
      [
        'its heartbeats had paused for too long',
        { opens: 0, stops: 5, temporal: limit({ heartbeat_timeout_ms: 2_000 }) },
        resolved(5.1),
        [beat(6, 0, 0, 1), beat(6, 1, 1, 3.5), beat(6, 2, 3.5, 5)],
      ],
      [
        'its heartbeats had ended long before',
        { opens: 0, stops: 5, temporal: limit({ heartbeat_timeout_ms: 2_000 }) },
        resolved(5.1),
        [beat(7, 0, 0, 1)],
      ],
      [
        'it completes from elsewhere',
        { opens: 0, stops: 1, stop: { temporal: { completes_async: true } } },
        resolved(1.1),
      ],
      [
        'it was aborted because its worker stopped',
        { opens: 0, stops: 1, stop: { exit_status: 'abort', temporal: { cancellation: 'worker_shutdown' } } },
        resolved(1.1, { outcome: 'canceled' }),
      ],
      [
        'the failure came from another worker',
        { opens: 0, stops: 1, stop: { exit_status: 'fail' } },
        resolved(1.1, { outcome: 'failed', worker_identity: 'python@elsewhere' }),
      ],
      ['it is told of an earlier activity of that id', { opens: 0, stops: 1 }, resolved(-0.1)],
      ['the activity is local', { opens: 0, stops: 1, temporal: { is_local: true } }, resolved(1.1)],
      [
        'it timed out',
        { opens: 0, stops: 1, stop: { exit_status: 'fail' } },
        resolved(1.1, { outcome: 'timed_out' }),
      ],
    ];
    it('leaves the run to the server if another attempt may have begun, or the end is not final', async () => {
      for (const [i, [, sketch, record, more = []]] of leaves.entries()) {
        const n = i + 1;
        const activity_id = `case ${n}`;
        const temporal = { ...sketch.temporal, activity_id, attempt: 1 };
        await under.store.write([
          ...attempt(n, { ...sketch, temporal }),
          ...more,
          { ...record, activity_id },
        ]);
      }
      const told = leaves.map(async ([why], i) => {
        const [run] = await under.store.resolve({ by: 'uid', uid: uidOf(i + 1) });
        return [why, run?.settled];
      });
      expect(await Promise.all(told)).toEqual(leaves.map(([why]) => [why, null]));
    });

    it('applies while heartbeats arrived in time, and to a failure by its worker', async () => {
      await under.store.write([
        ...attempt(1, {
          opens: 0,
          stops: 5,
          temporal: limit({ heartbeat_timeout_ms: 3_000, start_to_close_timeout_ms: 10_000 }),
          stop: { exit_status: 'fail' },
        }),
        beat(1, 0, 0, 2.5),
        beat(1, 1, 2.5, 4.5),
        resolved(5.1, { outcome: 'failed', worker_identity: 'worker@machine' }),
      ]);
      expect(await outcomes()).toEqual(['failed']);
    });

    it('is kept in a list while the activity has no run, until it is answered', async () => {
      const asked = { ...ASKED, scheduled_time: T, time: T + 1 };
      const listed = async (opened_before: number) =>
        (await under.store.unsettled({ limit: 10, opened_before })).executions.flatMap((one) => one.asked);
      await under.store.write([resolved(1, { asked }), resolved(1, { asked })]);
      expect(await listed(T + 1)).toEqual([]);
      expect(await listed(T + 2)).toEqual([{ ...asked, recorded: false }]);
      await under.store.write(attempt(1, { opens: 0 }));
      expect(await listed(T + 2)).toEqual([{ ...asked, recorded: true }]);
      const { run_id, activity_id } = ACTIVITY;
      await under.store.write([{ kind: 'answered', run_id, activity_id }, resolved(1, { asked })]);
      expect(await listed(T + 2)).toEqual([]);
    });

    it('finds no run of an activity without one, and says if values were withheld', async () => {
      const other = { ...ACTIVITY, run_id: '00000000-0000-4000-8000-00000000000b' };
      const args = [{ digest: 'hmac-sha256:00', size_bytes: 1, type: 'string' }];
      await under.store.write([
        ...attempt(1, { opens: 0, stops: 1 }),
        ...attempt(2, { opens: 2, temporal: { ...other, activity_id: 'b', args } }),
      ]);
      const { run_id, activity_id } = ACTIVITY;
      expect(await under.store.recorded([run_id, 'nowhere'])).toEqual([
        { run_id, activity_id, withheld: false },
      ]);
      expect(await under.store.recorded([other.run_id])).toEqual([
        { run_id: other.run_id, activity_id: 'b', withheld: true },
      ]);
      expect(await under.store.recorded([])).toEqual([]);
    });
  });
}
