/**
 * Records values within their limits: copied, masked, and shortened if they are too long. Node.
 * @module
 */

import { setOwn } from '../metadata/json';
import type { Json, JsonObject } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import { mark, ValueCopier } from './copy';
import { digestJsonText, jsonTypeOf } from './digest';
import { type ValueLimits, valueLimits } from './limits';

/**
 * Records one value: in full up to `value_bytes` of JSON text. Beyond that its longest parts, as few as needed,
 * are replaced by {@link DigestedValue}.
 * @param limits Limits that differ from the defaults.
 * @param redactor Masks before anything is digested or cut.
 */
export function recordValue(value: unknown, limits?: Partial<ValueLimits>, redactor?: Redactor): Json {
  return record(value, valueLimits(limits), redactor);
}

/** Records each value. The limit of each shrinks as `total_bytes` is used up. */
export function recordValues(
  values: readonly unknown[],
  limits?: Partial<ValueLimits>,
  redactor?: Redactor,
): Json[] {
  const all = valueLimits(limits);
  const recorded: Json[] = [];
  let left = all.total_bytes;
  for (const value of values) {
    const value_bytes = Math.max(MIN_LIMIT, Math.min(all.value_bytes, left));
    const json = record(value, value_bytes === all.value_bytes ? all : { ...all, value_bytes }, redactor);
    if (values.length > 4) left -= sizeOf(json);
    recorded.push(json);
  }
  return recorded;
}

/** The smallest limit for a value, in bytes: a digest needs this much. */
const MIN_LIMIT = 512;

function record(value: unknown, limits: Readonly<ValueLimits>, redactor: Redactor | undefined): Json {
  try {
    const copier = new ValueCopier(limits, redactor);
    const copy = copier.copy(value);
    const shown = redactor === undefined ? copy : redactor.value(copy).value;
    if (copier.largestSize <= limits.value_bytes) return shown;
    return shorten(shown, JSON.stringify(shown), limits.value_bytes, limits, 0);
  } catch {
    return mark('unreadable');
  }
}

/** Below this level a part that is too long is digested as a whole. */
const MAX_SHORTEN_DEPTH = 8;
/** The most parts that are considered in one container. */
const MAX_PARTS = 1000;

/** Shortens the value, whose JSON text is given, to at most `room` bytes. */
function shorten(
  value: Json,
  text: string,
  room: number,
  limits: Readonly<ValueLimits>,
  depth: number,
): Json {
  const size = Buffer.byteLength(text);
  if (size <= room) return value;
  const smaller = depth < MAX_SHORTEN_DEPTH ? withoutLongParts(value, size, room, limits, depth) : undefined;
  return smaller ?? (digestJsonText(text, jsonTypeOf(value), limits) as unknown as Json);
}

/** Replaces parts by digests, longest first, until the rest fits; undefined if it cannot fit. */
function withoutLongParts(
  value: Json,
  size: number,
  room: number,
  limits: Readonly<ValueLimits>,
  depth: number,
): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const keys = Object.keys(value);
  if (keys.length > MAX_PARTS) return undefined;
  const parts = keys.map((key) => ({ key, size: sizeOf((value as JsonObject)[key]!) }));
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as JsonObject;
  let total = size;
  for (const part of parts.filter((one) => one.size > MIN_LIMIT).sort((a, b) => b.size - a.size)) {
    if (total <= room) break;
    const partRoom = Math.max(MIN_LIMIT, room - (total - part.size));
    const long = copy[part.key]!;
    const smaller = shorten(long, JSON.stringify(long), partRoom, limits, depth + 1);
    total += sizeOf(smaller) - part.size;
    setOwn(copy, part.key, smaller);
  }
  return total <= room ? (copy as Json) : undefined;
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
