/**
 * Ages on the command line: `90d`, `3mo`. Node only.
 * @module
 */
import { instantAgo, parseAge, UNITS_OF_DAYS } from '../../filter/ages';
import { UsageError } from '../io';

/** Returns the time that is this age before `now`, in UNIX seconds. @throws UsageError */
export function instantBefore(text: string, option: string, now = Date.now() / 1000): number {
  const age = parseAge(text);
  if (!age) throw new UsageError(`${option} takes an age like 30m, 12h, 90d, 6w, 3mo or 2y, not '${text}'.`);
  return instantAgo(age, now);
}

/** Does the same, but refuses minutes and hours, which are likely typing errors: `1m`. @throws UsageError */
export function dayBefore(text: string, option: string, now = Date.now() / 1000): number {
  const age = parseAge(text);
  if (age && UNITS_OF_DAYS.includes(age.unit)) return instantAgo(age, now);
  const meant = age?.unit === 'm' ? ` (for months write ${age.number}mo; minutes are too short)` : '';
  throw new UsageError(`${option} takes days or more, like 90d, 6w, 3mo or 2y, not '${text}'${meant}.`);
}
