/**
 * The first revision for SQLite: other records than runs, and the tables that reveal later edits.
 * @module
 */

/** SQL of tables, indexes and triggers. */
export const sqliteRecords = `
-- Runs that a validator refused to open.
CREATE TABLE refusal (
  id INTEGER PRIMARY KEY,
  refusal_id TEXT NOT NULL UNIQUE,
  time REAL NOT NULL,
  lab_id INTEGER NOT NULL REFERENCES lab,
  run_id TEXT,                                   -- Temporal's run id of the execution; null for a standalone activity
  issues TEXT NOT NULL,                          -- JSON [{path, message}]
  document TEXT NOT NULL                         -- JSON {fields, sources, temporal}
) STRICT;
CREATE INDEX refusal_execution ON refusal (run_id, id) WHERE run_id IS NOT NULL; -- refusals of an execution
-- Failed captures, summed by session and kind.
CREATE TABLE loss (
  session_id TEXT NOT NULL,                      -- '' if none
  loss TEXT NOT NULL,
  count INTEGER NOT NULL,
  time REAL NOT NULL,                            -- of the last record counted; older ones are counted already
  detail TEXT NOT NULL,
  PRIMARY KEY (session_id, loss)
) STRICT, WITHOUT ROWID;

-- Decisions that steered a workflow. History adds the author to what the sandbox saw.
CREATE TABLE decision (
  execution_id INTEGER NOT NULL REFERENCES execution,
  kind TEXT NOT NULL,                            -- signal, update, cancel, terminate, reset
  ordinal INTEGER NOT NULL,                      -- from 1 within kind, in the order in which the workflow saw them
  time REAL NOT NULL,
  name TEXT,
  document TEXT NOT NULL,                        -- JSON Decision
  PRIMARY KEY (execution_id, kind, ordinal)
) STRICT;
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision WHEN OLD.document LIKE '%"origin":"history"%'
  BEGIN SELECT RAISE(ABORT, 'a decision from history is never rewritten'); END;
-- Activities whose end a workflow saw, but that have no run. reconcile reconstructs their runs and removes the rows.
CREATE TABLE asked_activity (
  execution_id INTEGER NOT NULL REFERENCES execution,
  activity_id TEXT NOT NULL,
  time REAL NOT NULL,                            -- when the workflow saw its end
  document TEXT NOT NULL,                        -- JSON AskedActivity
  PRIMARY KEY (execution_id, activity_id)
) STRICT;
-- A period of a run between two heartbeats.
CREATE TABLE checkpoint (
  run_start TEXT NOT NULL,                       -- uid of the run
  ordinal INTEGER NOT NULL,                      -- index of the checkpoint, from 0
  start_time REAL NOT NULL,
  stop_time REAL NOT NULL,
  document TEXT NOT NULL,                        -- JSON Checkpoint
  PRIMARY KEY (run_start, ordinal)
) STRICT;
CREATE INDEX checkpoint_time ON checkpoint (stop_time);
-- Lines that a run or a workflow logged. owner: uid of the run, or 'execution ' and Temporal's run id.
CREATE TABLE log_line (
  owner TEXT NOT NULL,
  ordinal INTEGER NOT NULL,                      -- number of the line, from 0
  time REAL NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  attributes TEXT,                               -- JSON
  PRIMARY KEY (owner, ordinal)
) STRICT;
CREATE INDEX log_line_time ON log_line (time);
-- Reports that came too late to change a final state, and contradict it.
CREATE TABLE late_report (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,                           -- uid of the run, or 'execution ' and Temporal's run id
  kind TEXT NOT NULL,                            -- stop, settled, execution-close
  digest TEXT NOT NULL,                          -- sha256 of document, hex
  document TEXT NOT NULL,                        -- JSON, unchanged
  UNIQUE (owner, kind, digest)
) STRICT;
CREATE TRIGGER late_report_stays BEFORE UPDATE ON late_report
  BEGIN SELECT RAISE(ABORT, 'a late report is never rewritten'); END;

-- Each transaction that writes final documents adds a link.
CREATE TABLE chain (
  n INTEGER PRIMARY KEY,                         -- 1, 2, 3, … without gaps
  state_id INTEGER NOT NULL,                     -- storage.state_id of the transaction
  entries BLOB NOT NULL,                         -- documents of the transaction
  digest BLOB NOT NULL                           -- sha256 of the previous digest, n, state_id (8 bytes each), entries
) STRICT;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain
  BEGIN SELECT RAISE(ABORT, 'a link of the chain is never rewritten'); END;
-- Documents that were deleted or shortened on purpose.
CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,                            -- start, stop, settled, execution, environment, metadata, blob, …
  ref INTEGER NOT NULL,                          -- key of its row: run.seq, execution.id, metadata.id, …
  name TEXT NOT NULL,                            -- its name for people: uid of the run, run id, digest
  document_time REAL,                            -- the document's own time; null if it has none
  time REAL NOT NULL,                            -- when it was deleted
  digest BLOB NOT NULL,                          -- sha256 of the deleted document, as in the chain
  replacement BLOB,                              -- sha256 of its replacement; null: none
  reason TEXT NOT NULL,                          -- for people: prune or purge, and its options
  author TEXT NOT NULL                           -- JSON {name, host, pid}
) STRICT;
CREATE INDEX tombstone_ref ON tombstone (what, ref);
CREATE INDEX tombstone_name ON tombstone (name);
CREATE TRIGGER tombstone_stays BEFORE UPDATE ON tombstone
  BEGIN SELECT RAISE(ABORT, 'a tombstone is never rewritten'); END;
`;
