/**
 * Places in results and arguments that a lab has named, and the values there: derived from the documents, for search alone.
 * @module
 */
import { COUNTED, NAME, PLAIN, refers, type StoredTable } from './table';

/** Places that are indexed, each with the last link of the chain whose documents were looked into. */
export const valuePath: StoredTable = {
  name: 'value_path',
  key: ['id'],
  serial: 'id',
  columns: { id: PLAIN, path: NAME, time: PLAIN, chain_n: COUNTED },
  purged: 'never',
  derived: true,
};

/** Values at those places, by run. */
export const valueField: StoredTable = {
  name: 'value_field',
  key: ['path_id', 'value', 'seq'],
  columns: {
    path_id: refers('value_path.id'),
    value: { form: 'value', content: 'entry' },
    seq: refers('run.seq'),
  },
  purged: 'apart',
  derived: true,
};
