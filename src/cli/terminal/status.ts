/**
 * A status in its colour. Node only.
 * @module
 */
import { toneOf } from '../../questions/status';
import type { Colors } from '../io';

/** Returns the text in the colour of a status. */
export function paintStatus(text: string, status: string, colors: Colors): string {
  const paint = { good: colors.green, bad: colors.red, odd: colors.yellow, open: colors.cyan }[
    toneOf(status)
  ];
  return paint(text);
}
