/**
 * Workflow runs, and decisions that steered them.
 * @module
 */
import type { Decision } from '../../model/decision';
import type { ExecutionStart } from '../../model/execution';
import type { AskedActivity } from '../interface/settling';
import type { ContextRecord } from '../interface/written';
import { COUNTED, completed, ID, JSON_TEXT, NAME, PLAIN, refers, type StoredTable, TEXT } from './table';
import type { TableRow } from './table-row';

/** Workflow runs. */
export const execution: StoredTable = {
  name: 'execution',
  key: ['id'],
  serial: 'id',
  identity: 'run_id',
  again: 'was.start IS NULL',
  columns: {
    id: PLAIN,
    run_id: ID,
    namespace: { form: 'text' },
    workflow_id: NAME,
    workflow_type: { form: 'text' },
    first_run_id: completed(ID),
    parent_run_id: completed(ID),
    start_time: COUNTED,
    close_time: COUNTED,
    status: COUNTED,
    start: completed(JSON_TEXT),
    observed: completed(JSON_TEXT),
    settled: completed(JSON_TEXT),
  },
  chained: {
    code: 4,
    what: 'execution',
    label: "server's outcome of execution",
    column: 'settled',
    named: 'run_id',
    comes: 'later',
  },
};

interface Address {
  run_id: string;
  namespace: string;
  workflow_id: string;
  workflow_type?: string;
}

/** Returns the row of an execution that a record names. */
export function namedExecution({ run_id, namespace, workflow_id, workflow_type = '' }: Address): TableRow {
  return { table: execution, values: { run_id, namespace, workflow_id, workflow_type } };
}

/**
 * Returns the row of an execution's start. The first start counts. If another record created the row, the start adds its facts.
 */
export function executionRow(start: ExecutionStart): TableRow {
  const { table, values } = namedExecution(start);
  const { first_execution_run_id: first_run_id, parent, start_time } = start;
  return {
    table,
    values: {
      ...values,
      first_run_id,
      parent_run_id: parent?.run_id ?? null,
      start_time,
      start: JSON.stringify(start),
    },
  };
}

/** Metadata of executions that does not fit into a header, by its key in the header. */
export const context: StoredTable = {
  name: 'context',
  key: ['run_id', 'n'],
  columns: { run_id: ID, n: PLAIN, document: { form: 'text', content: 'json' } },
  ofExecution: { column: 'run_id', by: 'run_id' },
};

/** Returns the row of such metadata. The first one counts. */
export function contextRow({ run_id, n, document }: ContextRecord): TableRow {
  return { table: context, values: { run_id, n, document } };
}

/** Signals, updates and other decisions from outside. */
export const decision: StoredTable = {
  name: 'decision',
  key: ['execution_id', 'kind', 'ordinal'],
  again: `was.document NOT LIKE '%"origin":"history"%'`,
  columns: {
    execution_id: refers('execution.id'),
    kind: PLAIN,
    ordinal: PLAIN,
    time: COUNTED,
    name: { ...TEXT, names: true },
    document: completed(JSON_TEXT),
  },
  ofExecution: { column: 'execution_id', by: 'id' },
};

/**
 * Returns the row of a decision. A decision from history (which names its author) replaces the one that the sandbox saw, never
 * the reverse.
 */
export function decisionRow(document: Decision): TableRow {
  const { run_id, namespace, workflow_id, kind, ordinal, time, name = null } = document;
  const execution_id = namedExecution({ run_id, namespace, workflow_id });
  return {
    table: decision,
    values: { execution_id, kind, ordinal, time, name, document: JSON.stringify(document) },
  };
}

/** Scheduled activities without a recorded run. A row keeps its execution unsettled, because work on it is left. */
export const askedActivity: StoredTable = {
  name: 'asked_activity',
  key: ['execution_id', 'activity_id'],
  columns: { execution_id: refers('execution.id'), activity_id: NAME, time: PLAIN, document: JSON_TEXT },
  shrinks: true,
};

/** Returns the row of such an activity. The first one counts. */
export function askedRow(asked: AskedActivity): TableRow {
  const { activity_id, time } = asked;
  const execution_id = namedExecution(asked);
  return {
    table: askedActivity,
    values: { execution_id, activity_id, time, document: JSON.stringify(asked) },
  };
}
