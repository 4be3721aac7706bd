/**
 * Places in results and arguments that a lab has named, and the values there. They are derived from the documents, only for
 * search.
 * @module
 */
import { COUNTED, NAME, PLAIN, refers, type StoredTable } from './table';

/** Indexed places, each with the last chain link whose documents were read. */
export const valuePath: StoredTable = {
  name: 'value_path',
  key: ['id'],
  serial: 'id',
  columns: { id: PLAIN, path: NAME, time: PLAIN, chain_n: COUNTED },
  purged: 'never',
  derived: true,
};

/** Values at these places, by run. */
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
