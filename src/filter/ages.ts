/**
 * Ages as people write them: `30m`, `12h`, `90d`, `6w`, `3mo`, `2y`. [isolate-safe]
 * @module
 */

/** A number and a unit. `min` and `m` mean minutes. */
interface Age {
  number: number;
  unit: string;
}

const SECONDS: Readonly<Record<string, number>> = { min: 60, m: 60, h: 3600, d: 86_400, w: 604_800 };
/** Calendar months of a unit. */
const MONTHS: Readonly<Record<string, number>> = { mo: 1, y: 12 };

/** Units of a day or more. */
export const UNITS_OF_DAYS: readonly string[] = ['d', 'w', 'mo', 'y'];

/** Parses an age; undefined if the text is not one. */
export function parseAge(text: string): Age | undefined {
  const [, number, unit] = /^(\d{1,6})(min|mo|[mhdwy])$/.exec(text) ?? [];
  return unit === undefined ? undefined : { number: Number(number), unit };
}

/** The time this long before `now`; both in UNIX seconds. */
export function instantAgo({ number, unit }: Age, now: number): number {
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
