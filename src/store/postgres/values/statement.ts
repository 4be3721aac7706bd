/**
 * Statements that are written for both databases, as PostgreSQL takes them. Node only.
 * @module
 */
import { isHostile, storedText } from '../../marked-text';

/** A statement with `?` for its values, with their numbers in place of that. */
export function numbered(text: string): string {
  let n = 0;
  return text.replace(/\?/g, () => `$${++n}`);
}

/** A value that PostgreSQL can hold: of a text what it can't is marked, as SQLite's columns of that form have it as well. */
export function heldValue<Value>(value: Value): Value | string {
  return typeof value === 'string' && isHostile(value) ? storedText(value) : value;
}
