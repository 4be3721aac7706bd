/**
 * Durations and sizes for people, in a suitable unit. Node only.
 * @module
 */

const STEPS: readonly [upTo: number, unit: number, name: string][] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [Number.POSITIVE_INFINITY, 86_400, 'd'],
];

/** A duration given in seconds: `12 ms`, `3.4 s`, `2.5 min`. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (Math.abs(seconds) < 1) return `${Math.round(seconds * 1000)} ms`;
  const [, unit, name] = STEPS.find(([upTo]) => Math.abs(seconds) < upTo)!;
  const value = seconds / unit;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${name}`;
}

/** A size in bytes: `512 B`, `1.2 MiB`. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let at = 0;
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}
