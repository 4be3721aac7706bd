/**
 * How a run or an execution ended: one word, its tone, its error, its duration. Node only.
 * @module
 */
import type { RecordedError, RunRecord } from '../model/documents';
import type { ExecutionClose, ExecutionRecord } from '../model/execution';

/** The tone of a status, for its colour and for recognising failures. */
export type Tone = 'good' | 'bad' | 'odd' | 'open';

/**
 * The exit status that a worker saw, in the words of Temporal's outcomes. `aborted`: the code stopped on
 * request.
 */
const SEEN = { success: 'completed', fail: 'failed', abort: 'aborted' } as const;

/**
 * One word for the state of a run, the same in lists, trees and pages (docs/reference/command-line.md lists
 * them all). It is Temporal's outcome if that is known, else the exit status that the worker saw, else `open`.
 * `async`: the code has returned, and the activity completes asynchronously. `retried`: another attempt
 * followed; if the worker saw this one fail, the word begins with how it ended (`failed, retried`).
 */
export function statusOf({ settled, stop }: RunRecord): string {
  return statusOfWords({
    exit_status: stop?.exit_status,
    outcome: settled?.outcome,
    completes_async: stop?.temporal?.completes_async,
  });
}

/** The status from outcome and exit status alone. */
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

/** The exit status that the worker saw, in the same words; undefined if it saw no end. */
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

/** The duration of the run in seconds, as the worker measured it; undefined while it is open. */
export function secondsOf(run: RunRecord): number | undefined {
  if (!run.stop) return undefined;
  const measured = run.stop.resources?.duration_ms;
  return measured === undefined ? run.stop.time - run.start.time : measured / 1000;
}

/** True if the activity ended in failure. */
export function isFailure(run: RunRecord): boolean {
  return toneOf(statusOf(run)) === 'bad';
}

/** The error of a run: as the worker saw it, else as the server reports it. */
export function errorOf({ stop, settled }: RunRecord): RecordedError | undefined {
  const reported = settled?.evidence.error as unknown as RecordedError | undefined;
  if (stop?.temporal?.error ?? reported) return stop?.temporal?.error ?? reported;
  const { failure, reason } = settled?.evidence ?? {};
  if (typeof failure === 'string' && failure !== '') return { type: settled!.outcome, message: failure };
  return typeof reason === 'string' ? { type: settled!.outcome, message: reason } : undefined;
}

/** The server's record of an execution's end if there is one, else what the sandbox saw. */
export function endOf({ settled, observed }: ExecutionRecord): ExecutionClose | null {
  return settled ?? observed;
}

/** One word for how an execution ended; `open` if no end was recorded. */
export function executionStatus(execution: ExecutionRecord): string {
  return endOf(execution)?.status ?? 'open';
}

/** The attempts of each activity, oldest first; activities in the order of their first attempts. */
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
