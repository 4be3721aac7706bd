/**
 * The SQL of the known fields of executions. Node only.
 * @module
 */
import type { ColumnField, ColumnType } from '../../../filter/fields';
import type { TextForm } from '../dialect';
import { FAMILY_EXECUTIONS } from '../family';
import { raw, sql } from '../fragment';
import type { ColumnSql } from './columns';
import { fact } from './columns';

/** A column of `execution`. `index`: true if it is the index of a UNIQUE column. */
function column(name: string, form: TextForm, index?: string | true, always?: true): ColumnSql {
  return {
    value: (row) => row.column(name),
    ...(index !== undefined && {
      drive: (test, dialect) =>
        sql`SELECT e.id FROM ${dialect.table('execution', 'e', index === true ? undefined : index)} WHERE ${test(raw(`e.${name}`))}`,
    }),
    form,
    ...(always && { always }),
  };
}

/** A fact about the end: from the server if known, else from the sandbox. */
function ofEnd(path: string): ColumnSql {
  return {
    value: (row, dialect) =>
      dialect.fact(sql`coalesce(${row.column('settled')}, ${row.column('observed')})`, path, 'text'),
    form: 'fact',
  };
}

const COLUMNS: Readonly<Record<string, ColumnSql>> = {
  workflow_id: column('workflow_id', 'indexed', 'execution_workflow', true),
  run_id: column('run_id', 'indexed', true, true),
  family: FAMILY_EXECUTIONS,
  workflow_type: column('workflow_type', 'stored', undefined, true),
  namespace: column('namespace', 'stored', undefined, true),
  start_time: column('start_time', 'fact'),
  close_time: column('close_time', 'fact'),
  status: column('status', 'stored', 'execution_status'),
  first_execution_run_id: column('first_run_id', 'indexed', 'execution_chain'),
  'parent.run_id': column('parent_run_id', 'indexed', 'execution_parent'),
  'error.type': ofEnd('error.type'),
  'error.message': ofEnd('error.message'),
  'observed.status': fact('observed', 'status'),
  'settled.status': fact('settled', 'status'),
  'settled.reason': fact('settled', 'reason'),
};
const TYPES: Readonly<Record<string, ColumnType>> = { attempt: 'number', scheduled_start_time: 'number' };

/** Returns the SQL of a known field of executions. A field without a column is in the start document under its name. */
export function executionColumn({ name }: ColumnField): ColumnSql {
  return COLUMNS[name] ?? fact('start', name, TYPES[name] ?? 'text');
}
