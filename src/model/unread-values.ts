/**
 * What stands in a record in place of a value: the digest of one that was too long or is withheld, the mask of a secret, the mark of
 * what could not be read. None of them says what the value was. [isolate-safe]
 * @module
 */
import { isJsonObject, type Json } from './json';

/** What stands in place of a secret. No hash: that of a short secret can be guessed. */
export const REDACTED = '[redacted]';

/** Types of `{"$js": …}` that stand for a value which was not read. */
export const UNREAD_MARKS: readonly string[] = ['unread', 'unreadable', 'deeper', 'circular'];

/** True where a record has less than the value itself: by digest, masked in part or whole, or not read. */
export function isUnreadable(value: Json): boolean {
  if (typeof value === 'string') return value.includes(REDACTED);
  if (!isJsonObject(value)) return false;
  const { $js, digest, size_bytes, type } = value;
  if (typeof $js === 'string') return UNREAD_MARKS.includes($js);
  return typeof digest === 'string' && typeof size_bytes === 'number' && typeof type === 'string';
}

/** True for the mark of what is no JSON but has a value that is: `{"$js": "Date", "value": "2026-11-30T…"}`. */
export function isMarkedValue(value: Json): boolean {
  return isJsonObject(value) && typeof value.$js === 'string' && Object.hasOwn(value, 'value');
}
