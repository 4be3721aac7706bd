/**
 * How a run or an execution ended: one word, its tone, its error, the time it took. Node only.
 * @module
 */
import type { RecordedError, RunRecord } from '../model/documents';
import type { ExecutionClose, ExecutionRecord } from '../model/execution';

/** How a status is meant: for a person's eye, and to tell failures apart. */
export type Tone = 'good' | 'bad' | 'odd' | 'open';

/** What a worker saw, in the words of Temporal's outcomes; `aborted`: the code stopped because it was told to. */
const SEEN = { success: 'completed', fail: 'failed', abort: 'aborted' } as const;

/**
 * One word for one state, the same in lists, trees and pages (docs/reference/command-line.md has them all): Temporal's word where it is known, else
 * what the worker saw, else `open`. `async`: the code has returned, and the activity completes from elsewhere. An attempt that
 * another one followed is `retried`, with how it ended before that where its worker saw it fail.
 */
export function statusOf({ settled, stop }: RunRecord): string {
  return statusOfWords({
    exit_status: stop?.exit_status,
    outcome: settled?.outcome,
    completes_async: stop?.temporal?.completes_async,
  });
}

/** The same by the words of its ends alone. */
export function statusOfWords(ends: {
  exit_status?: keyof typeof SEEN;
  outcome?: string;
  completes_async?: boolean;
}): string {
  const { exit_status, outcome, completes_async } = ends;
  if (outcome === 'superseded')
    return exit_status && exit_status !== 'success' ? `${SEEN[exit_status]}, retried` : 'retried';
  if (outcome !== undefined) return outcome;
  if (completes_async) return 'async';
  return exit_status ? SEEN[exit_status] : 'open';
}

/** What the worker saw, in the same words; undefined where it saw no end. */
export function seenStatus({ stop }: RunRecord): string | undefined {
  if (stop?.temporal?.completes_async) return 'async';
  return stop ? SEEN[stop.exit_status] : undefined;
}

const TONES: Readonly<Record<string, Tone>> = {
  completed: 'good',
  continued_as_new: 'good',
  failed: 'bad',
  timed_out: 'bad',
  lost: 'bad',
  open: 'open',
  async: 'open',
};

/** The tone of a status word; `odd` for those that are neither good, bad nor open. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? 'odd';
}

/** Signs of tones, so that colour is never the only sign. */
export const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', odd: '!', open: '…' };

/** The sign of a status word. */
export function markOf(status: string): string {
  return SIGNS[toneOf(status)];
}

/** Seconds that the run took, as the worker measured them; undefined while it is open. */
export function secondsOf(run: RunRecord): number | undefined {
  if (!run.stop) return undefined;
  const measured = run.stop.resources?.duration_ms;
  return measured === undefined ? run.stop.time - run.start.time : measured / 1000;
}

/** True when this is how an activity ended badly. */
export function isFailure(run: RunRecord): boolean {
  return toneOf(statusOf(run)) === 'bad';
}

/** The error of a run: as the worker saw it, else as the server tells it. */
export function errorOf({ stop, settled }: RunRecord): RecordedError | undefined {
  const told = settled?.evidence.error as unknown as RecordedError | undefined;
  if (stop?.temporal?.error ?? told) return stop?.temporal?.error ?? told;
  const { failure, reason } = settled?.evidence ?? {};
  if (typeof failure === 'string' && failure !== '') return { type: settled!.outcome, message: failure };
  return typeof reason === 'string' ? { type: settled!.outcome, message: reason } : undefined;
}

/** The server's word on the end of an execution where there is one, else what the sandbox saw. */
export function endOf({ settled, observed }: ExecutionRecord): ExecutionClose | null {
  return settled ?? observed;
}

/** One word for how an execution ended; `open` where nobody saw it end. */
export function executionStatus(execution: ExecutionRecord): string {
  return endOf(execution)?.status ?? 'open';
}

/** The attempts of each activity, oldest first; activities in the order in which they were first tried. */
export function activitiesOf(runs: readonly RunRecord[]): RunRecord[][] {
  const byActivity = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const { activity_id } = run.start.temporal;
    const attempts = byActivity.get(activity_id);
    if (attempts) attempts.push(run);
    else byActivity.set(activity_id, [run]);
  }
  return [...byActivity.values()];
}
