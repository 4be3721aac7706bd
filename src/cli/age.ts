/**
 * Ages on the command line: `90d`, `3mo`. Node only.
 * @module
 */
import { UsageError } from './io';

const SECONDS: Readonly<Record<string, number>> = { min: 60, m: 60, h: 3600, d: 86_400, w: 604_800 };
/** Months of the calendar. */
const MONTHS: Readonly<Record<string, number>> = { mo: 1, y: 12 };
const OF_DAYS = ['d', 'w', 'mo', 'y'];

/** The instant so long before `now`, in UNIX seconds. @throws UsageError */
export function instantBefore(age: string, option: string, now = Date.now() / 1000): number {
  const { number, unit } = parts(age) ?? {};
  if (unit === undefined)
    throw new UsageError(`${option} takes an age like 30m, 12h, 90d, 6w, 3mo or 2y, not '${age}'.`);
  return before(number!, unit, now);
}

/** The same where minutes and hours would be a slip of the keyboard: `1m` is refused. @throws UsageError */
export function dayBefore(age: string, option: string, now = Date.now() / 1000): number {
  const { number, unit } = parts(age) ?? {};
  if (unit !== undefined && OF_DAYS.includes(unit)) return before(number!, unit, now);
  const meant = unit === 'm' ? ` (months are ${number}mo; minutes are too short)` : '';
  throw new UsageError(`${option} takes days or more, like 90d, 6w, 3mo or 2y, not '${age}'${meant}.`);
}

function parts(age: string): { number: number; unit: string } | undefined {
  const [, number, unit] = /^(\d{1,6})(min|mo|[mhdwy])$/.exec(age) ?? [];
  return unit === undefined ? undefined : { number: Number(number), unit };
}

function before(number: number, unit: string, now: number): number {
  const months = MONTHS[unit];
  return months === undefined ? now - number * SECONDS[unit]! : monthsBefore(number * months, now);
}

/** The same day of an earlier month (UTC), or that month's last day. */
function monthsBefore(months: number, now: number): number {
  const date = new Date(now * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  const seconds = date.getTime() / 1000;
  return Number.isFinite(seconds) ? seconds : 0;
}
