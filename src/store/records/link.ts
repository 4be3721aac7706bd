/**
 * Links between runs, versions of data and executions. They are derived from facts and can be derived again at any time.
 * `link-nodes.ts` defines the numbers of their ends.
 * @module
 */
import { COUNTED, completed, ID, PLAIN, refers, type StoredTable } from './table';

/**
 * Links. `earlier` is the producer or the data, `later` is what followed. Links remain when an end is deleted: its tombstone
 * names it.
 */
export const link: StoredTable = {
  name: 'link',
  key: ['earlier', 'later', 'kind'],
  columns: { earlier: PLAIN, later: PLAIN, kind: PLAIN, evidence: COUNTED },
  derived: true,
};

/** Texts of JSON paths, each stored once. */
export const jsonPath: StoredTable = {
  name: 'json_path',
  key: ['id'],
  serial: 'id',
  identity: 'path',
  columns: { id: PLAIN, path: { form: 'marked', content: 'text' } },
  derived: true,
  purged: 'apart',
};

/** The JSON paths at which both ends of links were found. */
export const linkPath: StoredTable = {
  name: 'link_path',
  key: ['later', 'earlier', 'kind', 'evidence', 'from_path', 'to_path'],
  columns: {
    later: PLAIN,
    earlier: PLAIN,
    kind: PLAIN,
    evidence: PLAIN,
    from_path: refers('json_path.id'),
    to_path: refers('json_path.id'),
  },
  derived: true,
};

/** Links whose earlier end is not recorded yet. */
export const wantedLink: StoredTable = {
  name: 'wanted_link',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    run_id: ID,
    activity_id: ID,
    update_id: ID,
    later: PLAIN,
    kind: PLAIN,
    evidence: COUNTED,
    paths: completed({ form: 'plain', content: 'json' }),
  },
  derived: true,
};

/** The position of the linker in the chain; one row. */
export const linker: StoredTable = {
  name: 'linker',
  key: ['one'],
  columns: { one: PLAIN, chain_n: COUNTED },
  derived: true,
};

/** Runs whose links must be derived again. */
export const linkTodo: StoredTable = {
  name: 'link_todo',
  key: ['seq'],
  columns: { seq: PLAIN },
  derived: true,
};

/** Data whose uses are added to `link_todo` page by page. */
export const linkSpread: StoredTable = {
  name: 'link_spread',
  key: ['what', 'key'],
  columns: { what: PLAIN, key: PLAIN, time: COUNTED, seq: COUNTED },
  derived: true,
};
