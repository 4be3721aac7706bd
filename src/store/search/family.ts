/**
 * The family of a workflow: its executions and all their descendants. Node only.
 * @module
 */
import type { ColumnSql, Row } from './columns/columns';
import type { SearchDialect } from './dialect';
import { type Fragment, raw, sql } from './fragment';

/** Returns `id` of the executions whose workflow id passes, or that have an ancestor whose workflow id passes. */
function familyOf(test: (value: Fragment) => Fragment, dialect: SearchDialect): Fragment {
  return sql`WITH RECURSIVE family(id, run_id) AS (
    SELECT id, run_id FROM execution WHERE ${test(raw('workflow_id'))}
    UNION SELECT child.id, child.run_id FROM family ${dialect.join} ${dialect.table('execution', 'child', 'execution_parent')}
      ON child.parent_run_id = family.run_id)
    SELECT id FROM family`;
}

/** The runs of a family. */
export const FAMILY_RUNS: ColumnSql = {
  value: (row) => row.column('execution_id'),
  holds: (row, test, dialect) => sql`(${row.column('execution_id')} IN (${familyOf(test, dialect)}))`,
  drive: (test, dialect) =>
    sql`SELECT r.seq FROM ${dialect.table('run', 'r', 'run_activity')} WHERE r.execution_id IN (${familyOf(test, dialect)})`,
  form: 'indexed',
  several: true,
};

/** The executions of a family. */
export const FAMILY_EXECUTIONS: ColumnSql = {
  value: (row) => row.column('id'),
  holds: (row, test, dialect) => sql`(${row.column('id')} IN (${familyOf(test, dialect)}))`,
  drive: familyOf,
  form: 'indexed',
  several: true,
};

/** True if a run of the execution in this row, or of a descendant, passes. */
export function holdsBelow(
  row: Row,
  passes: (execution_id: Fragment) => Fragment,
  dialect: SearchDialect,
): Fragment {
  return sql`(EXISTS (WITH RECURSIVE below(id, run_id) AS (
    SELECT ${row.column('id')}, ${row.column('run_id')}
    UNION SELECT child.id, child.run_id FROM below ${dialect.join} ${dialect.table('execution', 'child', 'execution_parent')}
      ON child.parent_run_id = below.run_id)
    SELECT 1 FROM below WHERE ${passes(raw('below.id'))}))`;
}

/**
 * Returns `id` of these executions and of their ancestors.
 * @param ids query of executions
 */
export function withAbove(ids: Fragment): Fragment {
  return sql`WITH RECURSIVE above(id, parent_run_id) AS (
    SELECT own.id, own.parent_run_id FROM execution own WHERE own.id IN (${ids})
    UNION SELECT parent.id, parent.parent_run_id FROM above JOIN execution parent ON parent.run_id = above.parent_run_id)
    SELECT id FROM above`;
}
