/**
 * Checks values of a filter against the type of the field that they are compared with. [isolate-safe]
 * @module
 */

import { instantAgo, parseAge } from './ages';
import type { ColumnField, Literal } from './fields';

/** A value in the type of the field's column, or why it cannot be compared (a sentence with the solution). */
type Coerced = { value: Literal } | { fault: string };

/** How the value is compared. A closed set of values restricts only equality. */
export type ValueUse = 'equality' | 'order' | 'prefix';

/**
 * Converts the literal to the column's type: times and ages become UNIX seconds. A value that can never match
 * is an error, not an empty answer.
 * @param now the time from which ages count back, in UNIX seconds
 */
export function coerce(column: ColumnField, literal: Literal, use: ValueUse, now: number): Coerced {
  if (use === 'prefix' && column.type !== 'text') {
    return { fault: `${column.name} is a ${NOUN[column.type]}; STARTS_WITH works only with text.` };
  }
  switch (column.type) {
    case 'text':
      return coerceText(column, literal, use);
    case 'instant':
      return coerceInstant(column, literal, now);
    case 'number':
      if (typeof literal === 'number') return { value: literal };
      return { fault: `${column.name} is a number: write it without quotes, such as 12.` };
    case 'boolean':
      if (typeof literal === 'boolean') return { value: literal };
      return { fault: `${column.name} is true or false.` };
  }
}

const NOUN = { text: 'text', instant: 'time', number: 'number', boolean: 'yes-or-no field' } as const;

function coerceText(column: ColumnField, literal: Literal, use: ValueUse): Coerced {
  if (typeof literal !== 'string') return { fault: `${column.name} is text: write '${literal}', in quotes.` };
  if (use === 'equality' && column.values && !column.values.includes(literal)) {
    const note = column.note === undefined ? '' : `; ${column.note}`;
    return { fault: `${column.name} must be one of ${column.values.join(', ')}${note}.` };
  }
  return column.digest ? coerceDigest(column, literal, use) : { value: literal };
}

/**
 * Accepts digests in their printed form: whole with or without `sha256:`; the beginning of one only as a
 * prefix.
 */
function coerceDigest(column: ColumnField, literal: string, use: ValueUse): Coerced {
  const hex = /^(?:sha256:)?([0-9a-f]{1,64})$/i.exec(literal)?.[1]?.toLowerCase();
  if (hex === undefined || use === 'order') return { value: literal };
  if (use === 'prefix' || hex.length === 64) return { value: `sha256:${hex}` };
  return { fault: `${column.name} has 64 hex digits; for its first digits write STARTS_WITH '${hex}'.` };
}

function coerceInstant(column: ColumnField, literal: Literal, now: number): Coerced {
  if (typeof literal === 'number') return { value: literal };
  const age = typeof literal === 'string' ? parseAge(literal) : undefined;
  if (age) return { value: instantAgo(age, now) };
  const seconds = typeof literal === 'string' ? parseInstant(literal) : undefined;
  if (seconds !== undefined) return { value: seconds };
  return {
    fault: `${column.name} is a time: write it as '2026-11-01', '2026-11-01T08:30:00Z', or as an age: '12h', '7d', '3mo'.`,
  };
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** UNIX seconds of an ISO-8601 date or time, UTC if no zone is written; undefined if the text is neither. */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text.trim());
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(parts[i] ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  const real = date.getUTCMonth() === month! - 1 && date.getUTCDate() === day!;
  if (!real || hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const zone = zoneSeconds(parts[8]);
  if (zone === undefined) return undefined;
  const whole = date.getTime() / 1000 + hour! * 3600 + minute! * 60 + second! - zone;
  return whole + Number(parts[7] ?? 0);
}

function zoneSeconds(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}
