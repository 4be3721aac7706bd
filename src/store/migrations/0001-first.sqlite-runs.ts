/**
 * The first revision for SQLite: the store, labs, metadata, executions, environments and runs. The database keeps the comments in
 * the SQL.
 * @module
 */

/** SQL of tables, indexes and triggers. The rest is in `0001-first.sqlite-records.ts` and `0001-first.sqlite-lineage.ts`. */
export const sqliteRuns = `
-- The identity of this store. One row.
CREATE TABLE storage (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  storage_id TEXT NOT NULL,                      -- UUID; only the first write to a copy changes it
  state_id INTEGER NOT NULL,                     -- + 1 with every write transaction
  created_time REAL NOT NULL,                    -- UNIX seconds
  creator TEXT NOT NULL,                         -- JSON: product, SQLite, Node.js versions
  copied_time REAL,                              -- of a copy without a write yet: when it was created, UNIX seconds
  moved TEXT                                     -- JSON {location, time}: the store was moved there, and this one is no longer written
) STRICT;
CREATE TRIGGER storage_id_stays BEFORE UPDATE OF storage_id, created_time ON storage
  WHEN (NEW.storage_id IS NOT OLD.storage_id AND OLD.copied_time IS NULL) OR NEW.created_time IS NOT OLD.created_time
  BEGIN SELECT RAISE(ABORT, 'storage_id and created_time are never rewritten'); END;
CREATE TRIGGER storage_moved BEFORE UPDATE OF state_id ON storage
  WHEN OLD.moved IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the store was moved'); END;
-- Identities that the store had before it was copied, each up to the state of the copy.
CREATE TABLE origin (
  state_id INTEGER PRIMARY KEY,                  -- the last state under this identity
  storage_id TEXT NOT NULL,
  time REAL NOT NULL                             -- when the copy took a new identity, UNIX seconds
) STRICT;
CREATE TRIGGER origin_stays BEFORE UPDATE ON origin
  BEGIN SELECT RAISE(ABORT, 'an origin is never rewritten'); END;
-- A copy takes a new identity with the first state that is written to it, by any release.
CREATE TRIGGER storage_forks AFTER UPDATE OF state_id ON storage
  WHEN OLD.copied_time IS NOT NULL AND NEW.copied_time IS NOT NULL
  BEGIN
    INSERT INTO origin (state_id, storage_id, time) VALUES (OLD.state_id, OLD.storage_id, unixepoch('subsec'));
    UPDATE storage SET copied_time = NULL, storage_id = lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89ab', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
  END;
-- The places at which the store was written, as far as its writers can distinguish them.
CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  storage_id TEXT NOT NULL,                      -- the identity at that time
  state_id INTEGER NOT NULL,                     -- the first state that was written there
  file TEXT NOT NULL,                            -- inode and time of birth of a file; cluster, database and schema of a server
  host TEXT NOT NULL,
  path TEXT NOT NULL,                            -- the name that the last writer used
  time REAL NOT NULL,                            -- of the first write there, UNIX seconds
  how TEXT NOT NULL                              -- first, forked, restored, moved; found: by other means
) STRICT;

-- Scopes of stashes and scan-id counters.
CREATE TABLE lab (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  scan_id INTEGER NOT NULL DEFAULT 0,            -- the last scan id that was given; the next one is + 1
  stash_version INTEGER NOT NULL DEFAULT 0       -- + 1 with every change of the stash, not with the counter
) STRICT;
-- One scan id for all runs of an execution and its children (scanId: 'execution'). The first run that opens takes it.
CREATE TABLE shared_scan (
  lab_id INTEGER NOT NULL REFERENCES lab,
  root_run_id TEXT NOT NULL,                     -- Temporal's run id of the root of the execution's tree
  scan_id INTEGER NOT NULL,
  PRIMARY KEY (lab_id, root_run_id)
) STRICT, WITHOUT ROWID;
-- Current values of a lab's stash.
CREATE TABLE stash (
  lab_id INTEGER NOT NULL REFERENCES lab,
  key TEXT NOT NULL,
  value TEXT NOT NULL,                           -- JSON
  position INTEGER NOT NULL,                     -- order of keys, as they were first set
  PRIMARY KEY (lab_id, key)
) STRICT, WITHOUT ROWID;
-- Every change of every stash.
CREATE TABLE stash_history (
  id INTEGER PRIMARY KEY,
  lab_id INTEGER NOT NULL REFERENCES lab,
  version INTEGER NOT NULL,                      -- of the stash after the change; shared by the changes of one call
  time REAL NOT NULL,
  op TEXT NOT NULL,                              -- set, unset, clear, init
  key TEXT,
  value TEXT,                                    -- JSON
  author TEXT NOT NULL                           -- JSON {name, host, pid}
) STRICT;
CREATE INDEX stash_history_key ON stash_history (lab_id, key, id);

-- The catalogue of metadata fields. Searches use it for planning, and the page for suggestions while typing.
CREATE TABLE path (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,                     -- keys joined by '.'
  in_sets INTEGER NOT NULL DEFAULT 0,            -- rows of metadata_field
  in_runs INTEGER NOT NULL DEFAULT 0             -- rows of run_field
) STRICT;
-- Merged metadata with its origins, stored once by content.
CREATE TABLE metadata (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,                   -- sha256 of slots and document, hex
  document TEXT NOT NULL,                        -- JSON {fields, sources, shadowed?}; null in slots
  slots TEXT,                                    -- JSON [[section, key], …]: values that are in run.own
  partial INTEGER NOT NULL DEFAULT 0             -- 1: too large to be indexed in full; a search reads the document
) STRICT;
CREATE INDEX metadata_partial ON metadata (id) WHERE partial = 1;
CREATE TRIGGER metadata_stays BEFORE UPDATE OF document, slots ON metadata
  BEGIN SELECT RAISE(ABORT, 'a set of metadata is never rewritten'); END;
-- Values of the sets, for search. value is typed (see field-values.ts), so this table is not STRICT.
CREATE TABLE metadata_field (
  path_id INTEGER NOT NULL,
  value NOT NULL,
  metadata_id INTEGER NOT NULL,
  PRIMARY KEY (path_id, value, metadata_id)
) WITHOUT ROWID;
-- Values of run.own, for search.
CREATE TABLE run_field (
  path_id INTEGER NOT NULL,
  value NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (path_id, value, seq)
) WITHOUT ROWID;

-- Places in results and arguments that labs have named: their values are indexed. Derived from the documents.
CREATE TABLE value_path (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,                     -- temporal.result.chi2, temporal.args[0].sample
  time REAL NOT NULL,                            -- when it was named, UNIX seconds
  chain_n INTEGER NOT NULL DEFAULT 0             -- the last link of the chain whose documents were read
) STRICT;
-- Values at these places, typed as those of run_field; u: marks a value that could not be read.
CREATE TABLE value_field (
  path_id INTEGER NOT NULL,
  value NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (path_id, value, seq)
) WITHOUT ROWID;

-- Kinds of work. They repeat between runs, so each is stored once.
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  workflow_type TEXT NOT NULL,                   -- '' for a standalone activity
  activity_type TEXT NOT NULL,
  task_queue TEXT NOT NULL,
  is_local INTEGER NOT NULL,                     -- 1: local activity
  UNIQUE (activity_type, workflow_type, namespace, task_queue, is_local)
) STRICT;
-- Workflow runs. The first run or record that names one creates the row; start is null until its facts arrive.
CREATE TABLE execution (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  workflow_type TEXT NOT NULL,
  first_run_id TEXT,                             -- first_execution_run_id: identifies the chain
  parent_run_id TEXT,
  start_time REAL,
  close_time REAL,                               -- from settled, else from observed
  status TEXT,                                   -- from settled, else from observed; null while open
  start TEXT,                                    -- JSON ExecutionStart
  observed TEXT,                                 -- JSON ExecutionClose, the last report of the sandbox
  settled TEXT                                   -- JSON ExecutionClose, the server's report; final
) STRICT;
CREATE INDEX execution_workflow ON execution (workflow_id, id);
CREATE INDEX execution_chain ON execution (first_run_id, id);
CREATE INDEX execution_parent ON execution (parent_run_id, id);
CREATE INDEX execution_status ON execution (status, id); -- failed ones are few among the completed ones
-- Executions without the server's report.
CREATE INDEX execution_unsettled ON execution (id) WHERE settled IS NULL;
CREATE TRIGGER execution_start_stays BEFORE UPDATE OF start ON execution WHEN OLD.start IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the start of an execution is never rewritten'); END;
CREATE TRIGGER execution_settled_stays BEFORE UPDATE OF settled ON execution
  WHEN OLD.settled IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a settled execution is never overwritten'); END;
-- Metadata of an execution that does not fit into a header, by the key in the header.
CREATE TABLE context (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  document TEXT NOT NULL,                        -- as the sandbox sent it
  UNIQUE (run_id, n)
) STRICT;

-- Contents that are stored once: patch, package list, lock file.
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,                   -- sha256:<hex> of bytes
  media_type TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob
  BEGIN SELECT RAISE(ABORT, 'a file is never rewritten'); END;
-- Code environments. The first run that names one creates the row; document is null until it arrives.
CREATE TABLE environment (
  id INTEGER PRIMARY KEY,
  environment_id TEXT NOT NULL UNIQUE,           -- sha256:<hex>
  code_id TEXT,
  document TEXT                                  -- JSON Environment
) STRICT;
CREATE INDEX environment_code ON environment (code_id);
CREATE TRIGGER environment_stays BEFORE UPDATE OF code_id, document ON environment WHEN OLD.document IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'an environment is never rewritten'); END;
-- Worker sessions. The first run that names one creates the row; document is null until it arrives.
CREATE TABLE worker_session (
  id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  start_time REAL,
  stop_time REAL,                                -- null: running, or killed
  document TEXT                                  -- JSON WorkerSession
) STRICT;

-- Runs as they opened: the start documents. Inserted once, never changed.
CREATE TABLE run (
  seq INTEGER PRIMARY KEY,                       -- the store's own order
  uid TEXT NOT NULL UNIQUE,
  time REAL NOT NULL,
  lab_id INTEGER NOT NULL REFERENCES lab,
  scan_id INTEGER,                               -- null: none
  metadata_id INTEGER NOT NULL REFERENCES metadata,
  kind_id INTEGER NOT NULL REFERENCES kind,
  execution_id INTEGER REFERENCES execution,     -- null: standalone activity
  environment_id INTEGER REFERENCES environment,
  session_id INTEGER REFERENCES worker_session,
  activity_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  scheduled_time REAL NOT NULL,
  state_id INTEGER NOT NULL,                     -- storage.state_id of the transaction that wrote it
  retry_of TEXT,                                 -- uid of the previous attempt's run
  facts TEXT NOT NULL,                           -- JSON {temporal, provenance without sources, shadowed, retry_of, storage}
  own TEXT,                                      -- JSON array: values of metadata.slots
  activity_run_id TEXT                           -- run id of a standalone activity
) STRICT;
CREATE INDEX run_uid_end ON run (substr(uid, -6)); -- people name a run by the last characters of its uid, at least six
CREATE INDEX run_time ON run (time);
CREATE INDEX run_metadata ON run (metadata_id);  -- ends in seq, like every index of this table
CREATE INDEX run_metadata_scan ON run (metadata_id, scan_id);
CREATE INDEX run_scan ON run (lab_id, scan_id);
CREATE INDEX run_kind ON run (kind_id);
CREATE INDEX run_activity ON run (execution_id, activity_id, attempt);
CREATE INDEX run_standalone ON run (activity_run_id, activity_id, attempt) WHERE activity_run_id IS NOT NULL;
-- Also used to find runs of a session, and of a build id by its sessions: environment_id IN (SELECT id FROM environment) AND
-- session_id = …, and the same with environment_id IS NULL. A separate index would cost each run another page.
CREATE INDEX run_environment ON run (environment_id, session_id);
CREATE TRIGGER run_stays BEFORE UPDATE ON run
  BEGIN SELECT RAISE(ABORT, 'a start document is never rewritten'); END;
-- Runs with neither stop nor settled.
CREATE TABLE open_run (seq INTEGER PRIMARY KEY) STRICT;
-- Ends of runs as the worker saw them. Inserted once, never changed.
CREATE TABLE stop (
  seq INTEGER PRIMARY KEY REFERENCES run,
  uid TEXT NOT NULL,                             -- of the stop document
  time REAL NOT NULL,
  exit_status TEXT NOT NULL,                     -- success, fail, abort
  document TEXT NOT NULL                         -- JSON StopDocument
) STRICT;
CREATE INDEX stop_exit_status ON stop (exit_status);
CREATE INDEX stop_time ON stop (time);           -- for ranges and orders of stop_time; it rises with time, so a write costs only the last page
-- The type of the error. Runs that succeeded are not in this index.
CREATE INDEX stop_error_type ON stop (json_extract(document, '$.temporal.error.type')) WHERE exit_status <> 'success';
CREATE TRIGGER stop_stays BEFORE UPDATE ON stop
  BEGIN SELECT RAISE(ABORT, 'a stop document is never rewritten'); END;
-- Temporal's outcomes. Inserted once, never changed, not even by INSERT OR REPLACE.
CREATE TABLE settled (
  seq INTEGER PRIMARY KEY REFERENCES run,
  time REAL NOT NULL,
  outcome TEXT NOT NULL,
  document TEXT NOT NULL                         -- JSON SettledDocument
) STRICT;
CREATE INDEX settled_outcome ON settled (outcome);
CREATE TRIGGER settled_stays BEFORE UPDATE ON settled
  BEGIN SELECT RAISE(ABORT, 'a settled state is never overwritten'); END;
CREATE TRIGGER settled_once BEFORE INSERT ON settled
  WHEN EXISTS (SELECT 1 FROM settled WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'a settled state is never overwritten'); END;
`;
