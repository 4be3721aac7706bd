/**
 * Texts as PostgreSQL can hold them. What it would refuse (NUL) or JavaScript would lose on the way (lone surrogates) is
 * written as JSON behind a mark; ids that are too long for an index are cut and made distinct by their digest. Node only.
 * @module
 */
import { createHash } from 'node:crypto';

/** Before a text that stands as JSON. */
const MARK = '\u001f';
const HOSTILE = /\p{Surrogate}|\0/u;

/** Longest text in an index, in bytes: a B-tree takes 2,704 for all columns of an entry. */
export const INDEXED_BYTES = 2_000;
const HEAD_LENGTH = 200;

/** Any text in a form that PostgreSQL keeps; {@link readText} gives it back as it was. */
export function storedText(text: string): string {
  return HOSTILE.test(text) || text.startsWith(MARK) ? MARK + JSON.stringify(text) : text;
}

export function readText(stored: string): string {
  return stored.startsWith(MARK) ? JSON.parse(stored.slice(1)) : stored;
}

/** A text for a column with an index. One that is too long is found by its whole value, but not given back. */
export function indexedText(text: string): string {
  const stored = storedText(text);
  if (stored.length * 3 <= INDEXED_BYTES || Buffer.byteLength(stored) <= INDEXED_BYTES) return stored;
  const digest = createHash('sha256').update(JSON.stringify(text)).digest('hex');
  return `${storedText(text.slice(0, HEAD_LENGTH).replace(/\p{Surrogate}|\0/gu, '\ufffd'))}${MARK}${digest}`;
}
