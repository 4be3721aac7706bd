/**
 * Ages on the command line: `90d`, `12h`. Node only.
 * @module
 */
import { UsageError } from './io';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_557_600 };

/** The instant so long ago, in UNIX seconds. @throws UsageError */
export function instantBefore(age: string, option: string): number {
  const [, number, unit] = /^(\d{1,6})([mhdwy])$/.exec(age) ?? [];
  if (unit === undefined)
    throw new UsageError(`${option} takes an age like 90d (m, h, d, w or y), not '${age}'.`);
  return Date.now() / 1000 - Number(number) * SECONDS[unit]!;
}
