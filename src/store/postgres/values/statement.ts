/**
 * Adapts statements for both databases to PostgreSQL. Node only.
 * @module
 */
import { isHostile, storedText } from '../../marked-text';

/** Replaces each `?` in a statement by its number. */
export function numbered(text: string): string {
  let n = 0;
  return text.replace(/\?/g, () => `$${++n}`);
}

/** Returns a value that PostgreSQL can hold. Characters that it can't hold are marked, as in SQLite's columns of that form. */
export function heldValue<Value>(value: Value): Value | string {
  return typeof value === 'string' && isHostile(value) ? storedText(value) : value;
}
