/**
 * What a record contains instead of a value. It is the digest of a value that was too long or is withheld, the
 * mask of a secret, or the mark of a value that could not be read. None of them shows the value. [isolate-safe]
 * @module
 */
import { isJsonObject, type Json } from './json';

/** Replaces a secret. It is not a hash: the hash of a short secret can be guessed. */
export const REDACTED = '[redacted]';

/** Types of `{"$js": …}` that represent a value which was not read. */
export const UNREAD_MARKS: readonly string[] = ['unread', 'unreadable', 'deeper', 'circular'];

/**
 * True if a record has less than the value itself: a digest, a mask in a part or the whole, or a value that was
 * not read.
 */
export function isUnreadable(value: Json): boolean {
  if (typeof value === 'string') return value.includes(REDACTED);
  if (!isJsonObject(value)) return false;
  const { $js, digest, size_bytes, type } = value;
  if (typeof $js === 'string') return UNREAD_MARKS.includes($js);
  return typeof digest === 'string' && typeof size_bytes === 'number' && typeof type === 'string';
}

/**
 * True for the mark of a value that is not JSON but is readable: `{"$js": "Date", "value": "2026-11-30T…"}`.
 */
export function isMarkedValue(value: Json): boolean {
  return isJsonObject(value) && typeof value.$js === 'string' && Object.hasOwn(value, 'value');
}
