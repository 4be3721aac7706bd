/**
 * Identity of a store, its places, and the revisions of its schema.
 * @module
 */
import { COUNTED, PLAIN, type StoredTable } from './table';

/** The identity of the store; one row. */
export const storage: StoredTable = {
  name: 'storage',
  key: ['one'],
  columns: { one: PLAIN, storage_id: PLAIN, state_id: COUNTED, created_time: PLAIN, creator: PLAIN },
  moves: false,
  owned: true,
};

/** Revisions of the schema, with the time and release of each upgrade. */
export const migration: StoredTable = {
  name: 'migration',
  key: ['revision'],
  columns: { revision: PLAIN, name: PLAIN, breaking: PLAIN, applied_time: PLAIN, version: PLAIN },
  moves: false,
  owned: true,
};

/** Identities that the store had before it was copied. */
export const origin: StoredTable = {
  name: 'origin',
  key: ['state_id'],
  columns: { state_id: PLAIN, storage_id: PLAIN, time: PLAIN },
  owned: true,
};

/** The places at which the store was written. */
export const place: StoredTable = {
  name: 'place',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    storage_id: PLAIN,
    state_id: PLAIN,
    file: PLAIN,
    host: { form: 'plain', content: 'text' },
    path: { form: 'plain', content: 'text' },
    time: PLAIN,
    how: PLAIN,
  },
  moves: false,
};
