/**
 * Links between runs, versions of data and executions. Derived from facts, and made again where they are in doubt; `link-nodes.ts` says
 * how their ends are named.
 * @module
 */
import { COUNTED, completed, ID, PLAIN, refers, type StoredTable } from './table';

/** Links: `earlier` is what produced or the data, `later` what came after. They stay when an end is taken out: its tombstone names it. */
export const link: StoredTable = {
  name: 'link',
  key: ['earlier', 'later', 'kind'],
  columns: { earlier: PLAIN, later: PLAIN, kind: PLAIN, evidence: COUNTED },
  derived: true,
};

/** Texts of JSON paths, once. */
export const jsonPath: StoredTable = {
  name: 'json_path',
  key: ['id'],
  serial: 'id',
  identity: 'path',
  columns: { id: PLAIN, path: { form: 'marked', content: 'text' } },
  derived: true,
  purged: 'apart',
};

/** Where the two ends of links were seen. */
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

/** How far the linker has read the chain; one row. */
export const linker: StoredTable = {
  name: 'linker',
  key: ['one'],
  columns: { one: PLAIN, chain_n: COUNTED },
  derived: true,
};

/** Runs whose links are to be derived again. */
export const linkTodo: StoredTable = {
  name: 'link_todo',
  key: ['seq'],
  columns: { seq: PLAIN },
  derived: true,
};

/** Data whose uses come to `link_todo`, a page at a time. */
export const linkSpread: StoredTable = {
  name: 'link_spread',
  key: ['what', 'key'],
  columns: { what: PLAIN, key: PLAIN, time: COUNTED, seq: COUNTED },
  derived: true,
};
