/**
 * Workflow runs, and why they went the way they went.
 * @module
 */
import { COUNTED, completed, ID, JSON_TEXT, NAME, PLAIN, refers, type StoredTable, TEXT } from './table';

/** Workflow runs. */
export const execution: StoredTable = {
  name: 'execution',
  key: ['id'],
  serial: 'id',
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
    label: "server's word on the end of execution",
    column: 'settled',
    named: 'run_id',
    comes: 'later',
  },
};

/** Metadata of executions that does not fit a header, by the key in the header. */
export const context: StoredTable = {
  name: 'context',
  key: ['run_id', 'n'],
  columns: { run_id: ID, n: PLAIN, document: { form: 'text', content: 'json' } },
  ofExecution: { column: 'run_id', by: 'run_id' },
};

/** Signals, updates and other decisions from outside. */
export const decision: StoredTable = {
  name: 'decision',
  key: ['execution_id', 'kind', 'ordinal'],
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

/** Keeps its execution: there is work left to do on it. */
export const askedActivity: StoredTable = {
  name: 'asked_activity',
  key: ['execution_id', 'activity_id'],
  columns: { execution_id: refers('execution.id'), activity_id: NAME, time: PLAIN, document: JSON_TEXT },
  shrinks: true,
};
