/**
 * The first schema: runs, their metadata kept once, executions, environments, sessions, stash, links, losses.
 *
 * How a start document is put together (`documents.ts` is the one place that does it):
 * `{uid, time, scan_id?, …metadata.fields, temporal: facts.temporal, provenance: {…facts.provenance, sources, shadowed?, retry_of?, storage}}`,
 * where `{fields, sources, shadowed?}` is `metadata.document`, its slots filled with `run.own`.
 * A slot is a place whose value differs in nearly every run: `metadata.slots` lists them (`[["fields","dose"]]`), the document
 * holds `null` there, and `run.own` is the JSON array of the run's values in the same order.
 *
 * How search reads metadata: a path (`sample.name`; keys never hold `.`) has its id in `path`; its values stand in
 * `metadata_field` (sets; then `run.metadata_id`) or in `run_field` (runs directly), possibly in both, so a search
 * takes both. Which one drives is read from `path.in_sets` and `path.in_runs`. Encoding: `field-values.ts`
 * (numbers as numbers, text as `s:…`, `b:true`, `n:` for null, `o:`/`a:` mark that an object or array stands at the path;
 * each scalar of an array is a row of the array's own path; long text is a prefix with its digest).
 * @module
 */
import { postgres } from './0001-runs.postgres';
import type { Migration } from './migration';

const sqlite = `
-- Who this store is. One row.
CREATE TABLE storage (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  storage_id TEXT NOT NULL,                      -- UUID, never rewritten
  state_id INTEGER NOT NULL,                     -- + 1 with every write transaction
  created_time REAL NOT NULL,                    -- UNIX seconds
  creator TEXT NOT NULL                          -- JSON: product, SQLite, Node.js versions
) STRICT;
CREATE TRIGGER storage_id_stays BEFORE UPDATE OF storage_id, created_time ON storage
  WHEN NEW.storage_id IS NOT OLD.storage_id OR NEW.created_time IS NOT OLD.created_time
  BEGIN SELECT RAISE(ABORT, 'storage_id and created_time are never rewritten'); END;

-- Scope of a stash and a scan-id counter.
CREATE TABLE lab (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  scan_id INTEGER NOT NULL DEFAULT 0,            -- the last scan id given; the next one is + 1
  stash_version INTEGER NOT NULL DEFAULT 0       -- + 1 with every change of the stash, not with the counter
) STRICT;
-- What a lab's stash holds now.
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

-- Catalogue of metadata fields: for the planner of a search, and for suggestions while typing.
CREATE TABLE path (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,                     -- keys joined by '.'
  in_sets INTEGER NOT NULL DEFAULT 0,            -- rows of metadata_field
  in_runs INTEGER NOT NULL DEFAULT 0             -- rows of run_field
) STRICT;
-- Merged metadata with its origins, kept once by content.
CREATE TABLE metadata (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,                   -- sha256 of slots and document, hex
  document TEXT NOT NULL,                        -- JSON {fields, sources, shadowed?}; null in slots
  slots TEXT,                                    -- JSON [[section, key], …]: values that stand in run.own
  partial INTEGER NOT NULL DEFAULT 0             -- 1: too large to be indexed in full; a search reads the document
) STRICT;
CREATE INDEX metadata_partial ON metadata (id) WHERE partial = 1;
-- Values of the sets, for search. value is typed (see field-values.ts), so this table is not STRICT.
CREATE TABLE metadata_field (
  path_id INTEGER NOT NULL,
  value NOT NULL,
  metadata_id INTEGER NOT NULL,
  PRIMARY KEY (path_id, value, metadata_id)
) WITHOUT ROWID;
-- Values that stand in run.own, for search.
CREATE TABLE run_field (
  path_id INTEGER NOT NULL,
  value NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (path_id, value, seq)
) WITHOUT ROWID;

-- What kind of work runs are attempts of: repeats, so it is kept once.
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  workflow_type TEXT NOT NULL,                   -- '' for a standalone activity
  activity_type TEXT NOT NULL,
  task_queue TEXT NOT NULL,
  is_local INTEGER NOT NULL,                     -- 1: local activity
  UNIQUE (activity_type, workflow_type, namespace, task_queue, is_local)
) STRICT;
-- One workflow run. A row appears with the first run or record that names it; start is null until its facts arrive.
CREATE TABLE execution (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  workflow_type TEXT NOT NULL,
  first_run_id TEXT,                             -- first_execution_run_id: names the chain
  parent_run_id TEXT,
  start_time REAL,
  close_time REAL,                               -- of settled, else of observed
  status TEXT,                                   -- of settled, else of observed; null while open
  start TEXT,                                    -- JSON ExecutionStart
  observed TEXT,                                 -- JSON ExecutionClose as the sandbox saw it last
  settled TEXT                                   -- JSON ExecutionClose as the server says; final
) STRICT;
CREATE INDEX execution_workflow ON execution (workflow_id, id);
CREATE INDEX execution_chain ON execution (first_run_id, id);
CREATE INDEX execution_parent ON execution (parent_run_id, id);
CREATE TRIGGER execution_settled_stays BEFORE UPDATE OF settled ON execution
  WHEN OLD.settled IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a settled execution is never overwritten'); END;
-- Metadata of an execution that does not fit a header, by the key in the header.
CREATE TABLE context (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  document TEXT NOT NULL,                        -- as the sandbox sent it
  UNIQUE (run_id, n)
) STRICT;

-- Content kept once: patch, package list, lock file.
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,                   -- sha256:<hex> of bytes
  media_type TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
-- Code environment. A row appears with the first run that names it; document is null until it arrives.
CREATE TABLE environment (
  id INTEGER PRIMARY KEY,
  environment_id TEXT NOT NULL UNIQUE,           -- sha256:<hex>
  code_id TEXT,
  document TEXT                                  -- JSON Environment
) STRICT;
CREATE INDEX environment_code ON environment (code_id);
-- One worker's life. A row appears with the first run that names it; document is null until it arrives.
CREATE TABLE worker_session (
  id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  start_time REAL,
  stop_time REAL,                                -- null: running, or killed
  document TEXT                                  -- JSON WorkerSession
) STRICT;

-- A run as it opened: the start document. Inserted once, never changed.
CREATE TABLE run (
  seq INTEGER PRIMARY KEY,                       -- the store's own order
  uid TEXT NOT NULL UNIQUE,
  time REAL NOT NULL,
  lab_id INTEGER NOT NULL REFERENCES lab,
  scan_id INTEGER,                               -- null: not numbered
  metadata_id INTEGER NOT NULL REFERENCES metadata,
  kind_id INTEGER NOT NULL REFERENCES kind,
  execution_id INTEGER REFERENCES execution,     -- null: standalone activity
  environment_id INTEGER REFERENCES environment,
  session_id INTEGER REFERENCES worker_session,
  activity_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  scheduled_time REAL NOT NULL,
  state_id INTEGER NOT NULL,                     -- storage.state_id of the transaction that took it
  retry_of TEXT,                                 -- uid of the previous attempt's run
  facts TEXT NOT NULL,                           -- JSON {temporal, provenance without sources, shadowed, retry_of, storage}
  own TEXT                                       -- JSON array: values of metadata.slots
) STRICT;
CREATE INDEX run_time ON run (time);
CREATE INDEX run_metadata ON run (metadata_id);  -- ends in seq, as every index of this table does
CREATE INDEX run_metadata_scan ON run (metadata_id, scan_id);
CREATE INDEX run_scan ON run (lab_id, scan_id);
CREATE INDEX run_kind ON run (kind_id);
CREATE INDEX run_activity ON run (execution_id, activity_id, attempt);
CREATE INDEX run_environment ON run (environment_id);
CREATE TRIGGER run_stays BEFORE UPDATE ON run
  BEGIN SELECT RAISE(ABORT, 'a start document is never rewritten'); END;
-- Runs with neither stop nor settled.
CREATE TABLE open_run (seq INTEGER PRIMARY KEY) STRICT;
-- What the worker saw. Inserted once, never changed.
CREATE TABLE stop (
  seq INTEGER PRIMARY KEY REFERENCES run,
  uid TEXT NOT NULL,                             -- of the stop document
  time REAL NOT NULL,
  exit_status TEXT NOT NULL,                     -- success, fail, abort
  document TEXT NOT NULL                         -- JSON StopDocument
) STRICT;
CREATE INDEX stop_exit_status ON stop (exit_status);
CREATE TRIGGER stop_stays BEFORE UPDATE ON stop
  BEGIN SELECT RAISE(ABORT, 'a stop document is never rewritten'); END;
-- Temporal's word. Inserted once, never changed, not even by INSERT OR REPLACE.
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

-- Edges. A node is four times its integer id plus its type: run 0 (seq), artifact 1, execution 2.
CREATE TABLE link (
  target INTEGER NOT NULL,                       -- what it points at: the earlier run, the artifact
  source INTEGER NOT NULL,                       -- what says so: the later run
  kind TEXT NOT NULL,                            -- retry-of, used, generated, informed, derived, rerun-of, child-of, continued-from
  PRIMARY KEY (target, source, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_source ON link (source, kind, target);

-- Runs that a validator did not let open.
CREATE TABLE refusal (
  id INTEGER PRIMARY KEY,
  refusal_id TEXT NOT NULL UNIQUE,
  time REAL NOT NULL,
  lab_id INTEGER NOT NULL REFERENCES lab,
  issues TEXT NOT NULL,                          -- JSON [{path, message}]
  document TEXT NOT NULL                         -- JSON {fields, sources, temporal}
) STRICT;
-- Captures that failed, summed by session and kind.
CREATE TABLE loss (
  session_id TEXT NOT NULL,                      -- '' when none
  loss TEXT NOT NULL,
  count INTEGER NOT NULL,
  time REAL NOT NULL,                            -- of the last record taken; an older one is taken already
  detail TEXT NOT NULL,
  PRIMARY KEY (session_id, loss)
) STRICT, WITHOUT ROWID;
`;

export const runs: Migration = { revision: 1, name: 'runs', breaking: true, sql: { sqlite, postgres } };
