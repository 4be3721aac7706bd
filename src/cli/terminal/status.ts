/**
 * A status in its colour, with a mark beside it. Node only.
 * @module
 */
import { toneOf } from '../../questions/status';
import type { Colors } from '../io';

/** Text in the colour of a status. */
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
