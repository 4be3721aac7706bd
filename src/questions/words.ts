/**
 * Times, counts and build ids in sentences. Node only.
 * @module
 */

/** UNIX seconds as ISO-8601 UTC, to the second or the millisecond; an invalid number unchanged. */
export function instant(seconds: number, precision: 'seconds' | 'milliseconds' = 'seconds'): string {
  const date = new Date(Math.round(seconds * 1000));
  if (Number.isNaN(date.getTime())) return String(seconds);
  const text = date.toISOString();
  return precision === 'seconds' ? text.replace(/\.\d+Z$/, 'Z') : text;
}

/** A number with its noun: `1 run`, `12 runs`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** Returns a build id with its digest cut to the first characters. */
export function shortBuild(build_id: string): string {
  return build_id.replace(/[0-9a-f]{32,}/gi, (hex) => `${hex.slice(0, 12)}…`);
}
