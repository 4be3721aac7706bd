/**
 * How a run or an execution ended, in one word and one colour. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { Colors } from '../io';

export type Tone = 'good' | 'bad' | 'odd' | 'open';

/** What a worker saw, in the words of Temporal's outcomes; `aborted`: the code stopped because it was told to. */
const SEEN = { success: 'completed', fail: 'failed', abort: 'aborted' } as const;

/**
 * One word for one state, the same in lists, trees and pages (docs/cli.md has them all): Temporal's word where it is known, else
 * what the worker saw, else `open`. `async`: the code has returned, and the activity completes from elsewhere. An attempt that
 * another one followed is `retried`, with how it ended before that where its worker saw it fail.
 */
export function statusOf(run: RunRecord): string {
  const { settled, stop } = run;
  if (settled?.outcome === 'superseded') {
    const before = stop && stop.exit_status !== 'success' ? `${SEEN[stop.exit_status]}, ` : '';
    return `${before}retried`;
  }
  return settled?.outcome ?? seenStatus(run) ?? 'open';
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
