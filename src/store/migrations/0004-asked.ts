/**
 * What workflows asked for and nobody recorded: activities whose end a workflow saw while there was no run of them. A list of work for
 * `reconcile`, which makes runs of them and takes them off it.
 * @module
 */
import type { Migration } from './migration';

/** The same table; only the names of types differ. */
const table = (integer: string, real: string, strict: string): string => `
CREATE TABLE asked_activity (
  execution_id ${integer} NOT NULL REFERENCES execution,
  activity_id TEXT NOT NULL,
  time ${real} NOT NULL,                         -- when the workflow saw its end
  document TEXT NOT NULL,                        -- JSON AskedActivity
  PRIMARY KEY (execution_id, activity_id)
)${strict};
`;

export const asked: Migration = {
  revision: 4,
  name: 'asked',
  breaking: false,
  sql: { sqlite: table('INTEGER', 'REAL', ' STRICT'), postgres: table('BIGINT', 'DOUBLE PRECISION', '') },
};
