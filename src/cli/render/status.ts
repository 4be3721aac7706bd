/**
 * How a run or an execution ended, in one word and one colour. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { Colors } from '../io';

export type Tone = 'good' | 'bad' | 'odd' | 'open';

/**
 * Temporal's word where it is known, else what the worker saw, else that the run is open. `async`: the code has returned, and
 * the activity completes from elsewhere.
 */
export function statusOf(run: RunRecord): string {
  if (run.settled) return run.settled.outcome;
  if (run.stop?.temporal?.completes_async) return 'async';
  return run.stop?.exit_status ?? 'open';
}

const TONES: Readonly<Record<string, Tone>> = {
  success: 'good',
  completed: 'good',
  continued_as_new: 'good',
  fail: 'bad',
  failed: 'bad',
  timed_out: 'bad',
  lost: 'bad',
  open: 'open',
  async: 'open',
};

export function toneOf(status: string): Tone {
  return TONES[status] ?? 'odd';
}

export function paintStatus(text: string, status: string, colors: Colors): string {
  const paint = { good: colors.green, bad: colors.red, odd: colors.yellow, open: colors.cyan }[
    toneOf(status)
  ];
  return paint(text);
}

/** A mark beside the word, so that colour is never the only sign. */
export function markOf(status: string): string {
  return { good: '✓', bad: '✗', odd: '!', open: '…' }[toneOf(status)];
}

/** Seconds that the run took, as the worker measured them; undefined while it is open. */
export function secondsOf(run: RunRecord): number | undefined {
  if (!run.stop) return undefined;
  const measured = run.stop.resources?.duration_ms;
  return measured === undefined ? run.stop.time - run.start.time : measured / 1000;
}
