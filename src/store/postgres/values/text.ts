/**
 * Ids as PostgreSQL can hold and index them. An id that is too long for an index is cut and made unique by its digest. Node only.
 * This folder owns PostgreSQL's form of texts, values and columns. Writers, search and transfers use it.
 * @module
 */
import { createHash } from 'node:crypto';
import { MARK, storedText } from '../../marked-text';

export { readText, storedText } from '../../marked-text';

/** The longest text in an index, in bytes. A B-tree accepts 2,704 for all columns of an entry. */
const INDEXED_BYTES = 2_000;
const HEAD_LENGTH = 200;

/** Returns a text for an indexed column. A text that is too long is found by its whole value, but is not returned whole. */
export function indexedText(text: string): string {
  // See docs/design/store.md#postgresql.
  const stored = storedText(text);
  if (stored.length * 3 <= INDEXED_BYTES || Buffer.byteLength(stored) <= INDEXED_BYTES) return stored;
  const digest = createHash('sha256').update(JSON.stringify(text)).digest('hex');
  return `${storedText(text.slice(0, HEAD_LENGTH).replace(/\p{Surrogate}|\0/gu, '\ufffd'))}${MARK}${digest}`;
}
