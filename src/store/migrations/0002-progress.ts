/**
 * What happens while work is under way: decisions on executions, checkpoints of long runs, lines that were logged. Rows are only
 * added; each is idempotent by its key. Checkpoints and lines have a retention of their own.
 * @module
 */
import type { Migration } from './migration';

/** The same tables; only the names of types differ. */
const tables = (integer: string, real: string, strict: string): string => `
-- Why a workflow went the way it went. What history tells (who) completes what the sandbox saw.
CREATE TABLE decision (
  execution_id ${integer} NOT NULL REFERENCES execution,
  kind TEXT NOT NULL,                            -- signal, update, cancel, terminate, reset
  ordinal ${integer} NOT NULL,                   -- from 1 within kind, in the order the workflow saw them
  time ${real} NOT NULL,
  name TEXT,
  document TEXT NOT NULL,                        -- JSON Decision
  PRIMARY KEY (execution_id, kind, ordinal)
)${strict};
-- A stretch of a run between two heartbeats.
CREATE TABLE checkpoint (
  run_start TEXT NOT NULL,                       -- uid of the run
  ordinal ${integer} NOT NULL,                   -- index of the checkpoint, from 0
  start_time ${real} NOT NULL,
  stop_time ${real} NOT NULL,
  document TEXT NOT NULL,                        -- JSON Checkpoint
  PRIMARY KEY (run_start, ordinal)
)${strict};
CREATE INDEX checkpoint_time ON checkpoint (stop_time);
-- Lines that a run or a workflow logged. owner: uid of the run, or 'execution ' and Temporal's run id.
CREATE TABLE log_line (
  owner TEXT NOT NULL,
  ordinal ${integer} NOT NULL,                   -- number of the line, from 0
  time ${real} NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  attributes TEXT,                               -- JSON
  PRIMARY KEY (owner, ordinal)
)${strict};
CREATE INDEX log_line_time ON log_line (time);
-- Executions that wait for the server's word.
CREATE INDEX execution_unsettled ON execution (id) WHERE settled IS NULL;
`;

export const progress: Migration = {
  revision: 2,
  name: 'progress',
  breaking: false,
  sql: { sqlite: tables('INTEGER', 'REAL', ' STRICT'), postgres: tables('BIGINT', 'DOUBLE PRECISION', '') },
};
