/**
 * Merged metadata, stored once by content, and the tables that a search reads.
 * @module
 */
import { BOOLEAN, COUNTED, JSON_TEXT, NAME, PLAIN, refers, type StoredTable } from './table';

/** The catalogue of metadata fields. */
export const path: StoredTable = {
  name: 'path',
  key: ['id'],
  serial: 'id',
  columns: { id: PLAIN, path: NAME, in_sets: COUNTED, in_runs: COUNTED },
  purged: 'never',
};

/** Merged metadata with its origins, stored once by content. */
export const metadata: StoredTable = {
  name: 'metadata',
  key: ['id'],
  serial: 'id',
  columns: { id: PLAIN, digest: PLAIN, document: JSON_TEXT, slots: PLAIN, partial: BOOLEAN },
  purged: 'apart',
};

/** Values of the sets, for search. */
export const metadataField: StoredTable = {
  name: 'metadata_field',
  key: ['path_id', 'value', 'metadata_id'],
  columns: {
    path_id: refers('path.id'),
    value: { form: 'value', content: 'entry' },
    metadata_id: refers('metadata.id'),
  },
  purged: 'apart',
};

/** Values of single runs, for search. */
export const runField: StoredTable = {
  name: 'run_field',
  key: ['path_id', 'value', 'seq'],
  columns: { path_id: refers('path.id'), value: { form: 'value', content: 'entry' }, seq: refers('run.seq') },
  purged: 'apart',
};
