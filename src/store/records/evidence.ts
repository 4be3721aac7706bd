/**
 * Tables that reveal later edits.
 * @module
 */
import { PLAIN, type StoredTable, TEXT } from './table';

/** The chain: one link for each transaction that wrote final documents. */
export const chain: StoredTable = {
  name: 'chain',
  key: ['n'],
  serial: 'n',
  columns: { n: PLAIN, state_id: PLAIN, entries: PLAIN, digest: PLAIN },
};

/** Records of documents that were deleted or shortened on purpose. */
export const tombstone: StoredTable = {
  name: 'tombstone',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    what: PLAIN,
    ref: PLAIN,
    name: { form: 'indexed', content: 'text' },
    document_time: PLAIN,
    time: PLAIN,
    digest: PLAIN,
    replacement: PLAIN,
    reason: TEXT,
    author: { form: 'text' },
  },
  owned: true,
  purged: 'never',
  // The digest covers the whole row: `tombstoneDigest`.
  chained: {
    code: 6,
    what: 'tombstone',
    label: 'tombstone of',
    column: 'reason',
    named: 'name',
    comes: 'with-row',
  },
};
