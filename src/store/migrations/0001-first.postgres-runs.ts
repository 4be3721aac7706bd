/**
 * The first revision for PostgreSQL: the store, labs, metadata, executions, environments and runs. Tables, columns and their
 * meaning are those of SQLite. The differences:
 * - JSON texts have the type `json`: the server checks them and keeps every byte (`jsonb` can't hold NUL and lone surrogates).
 * - A plain text with such characters is stored as U+001F and its JSON. An id of more than 2,000 bytes is a prefix with a digest
 *   (`text.ts`).
 * - `value` of the two search tables is one text in byte order. A number is `0:` and 16 hex digits that sort like the number.
 * - Every write transaction changes the row of `storage` first. Writers therefore run one after the other: `seq` rises in the
 *   order of commits, and deadlocks are impossible. Functions make such a transaction one round trip (`postgres/functions/`).
 * @module
 */

/** SQL of tables and indexes. Run it with `search_path` set to the store's schema. */
export const postgresRuns = `
CREATE TABLE storage (
  one integer PRIMARY KEY CHECK (one = 1),
  storage_id text NOT NULL,
  state_id bigint NOT NULL,
  created_time double precision NOT NULL,
  creator json NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE origin (
  state_id bigint PRIMARY KEY,
  storage_id text NOT NULL,
  time double precision NOT NULL
);
CREATE TABLE place (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  storage_id text NOT NULL,
  state_id bigint NOT NULL,
  file text NOT NULL,
  host text NOT NULL,
  path text NOT NULL,
  time double precision NOT NULL,
  how text NOT NULL
);
CREATE TABLE lab (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  scan_id bigint NOT NULL DEFAULT 0 CHECK (scan_id BETWEEN 0 AND 9007199254740991),
  stash_version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
CREATE TABLE shared_scan (
  lab_id integer NOT NULL REFERENCES lab,
  root_run_id text COLLATE "C" NOT NULL,
  scan_id bigint NOT NULL,
  PRIMARY KEY (lab_id, root_run_id)
);
CREATE TABLE stash (
  lab_id integer NOT NULL REFERENCES lab,
  key text COLLATE "C" NOT NULL,
  value json NOT NULL,
  position integer NOT NULL,
  PRIMARY KEY (lab_id, key)
);
CREATE TABLE stash_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  lab_id integer NOT NULL REFERENCES lab,
  version bigint NOT NULL,
  time double precision NOT NULL,
  op text NOT NULL,
  key text COLLATE "C",
  value json,
  author json NOT NULL
);
CREATE INDEX stash_history_key ON stash_history (lab_id, key, id);

CREATE TABLE path (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path text COLLATE "C" NOT NULL UNIQUE,
  in_sets bigint NOT NULL DEFAULT 0,
  in_runs bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE metadata (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text COLLATE "C" NOT NULL UNIQUE,
  document json NOT NULL,
  slots json,
  partial boolean NOT NULL DEFAULT false
);
CREATE INDEX metadata_partial ON metadata (id) WHERE partial;
CREATE TABLE metadata_field (
  path_id integer NOT NULL,
  value text COLLATE "C" NOT NULL,
  metadata_id integer NOT NULL,
  PRIMARY KEY (path_id, value, metadata_id)
);
CREATE TABLE run_field (
  path_id integer NOT NULL,
  value text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (path_id, value, seq)
);

CREATE TABLE value_path (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path text COLLATE "C" NOT NULL UNIQUE,
  time double precision NOT NULL,
  chain_n bigint NOT NULL DEFAULT 0
);
CREATE TABLE value_field (
  path_id integer NOT NULL,
  value text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (path_id, value, seq)
);

CREATE TABLE kind (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text COLLATE "C" NOT NULL UNIQUE,        -- sha256 of the five columns below, hex: together they are too long for an index
  namespace text COLLATE "C" NOT NULL,
  workflow_type text COLLATE "C" NOT NULL,
  activity_type text COLLATE "C" NOT NULL,
  task_queue text COLLATE "C" NOT NULL,
  is_local boolean NOT NULL
);
CREATE TABLE execution (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL UNIQUE,
  namespace text COLLATE "C" NOT NULL,
  workflow_id text COLLATE "C" NOT NULL,
  workflow_type text COLLATE "C" NOT NULL,
  first_run_id text COLLATE "C",
  parent_run_id text COLLATE "C",
  start_time double precision,
  close_time double precision,
  status text COLLATE "C",
  start json,
  observed json,
  settled json
) WITH (fillfactor = 80);
CREATE INDEX execution_workflow ON execution (workflow_id, id);
CREATE INDEX execution_chain ON execution (first_run_id, id);
CREATE INDEX execution_parent ON execution (parent_run_id, id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX execution_status ON execution (status, id);
CREATE INDEX execution_unsettled ON execution (id) WHERE settled IS NULL;
CREATE TABLE context (
  run_id text COLLATE "C" NOT NULL,
  n bigint NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (run_id, n)
);

CREATE TABLE blob (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text COLLATE "C" NOT NULL UNIQUE,
  media_type text NOT NULL,
  bytes bytea NOT NULL
);
CREATE TABLE environment (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment_id text COLLATE "C" NOT NULL UNIQUE,
  code_id text COLLATE "C",
  document text
);
CREATE INDEX environment_code ON environment (code_id);
CREATE TABLE worker_session (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text COLLATE "C" NOT NULL UNIQUE,
  start_time double precision,
  stop_time double precision,
  document text
);

-- take_opens checks the references of runs once per group. Four foreign keys would need four checks per run.
CREATE TABLE run (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid text COLLATE "C" NOT NULL UNIQUE,
  time double precision NOT NULL,
  lab_id integer NOT NULL,
  scan_id bigint CHECK (scan_id BETWEEN 0 AND 9007199254740991),
  metadata_id integer NOT NULL,
  kind_id integer NOT NULL,
  execution_id integer,
  environment_id integer,
  session_id integer,
  activity_id text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  scheduled_time double precision NOT NULL,
  state_id bigint NOT NULL,
  retry_of text COLLATE "C",
  facts json NOT NULL,
  own json,
  activity_run_id text COLLATE "C"
);
CREATE INDEX run_uid_end ON run (right(uid, 6));
CREATE INDEX run_time ON run (time);
CREATE INDEX run_metadata ON run (metadata_id, seq);
CREATE INDEX run_metadata_scan ON run (metadata_id, scan_id);
CREATE INDEX run_scan ON run (lab_id, scan_id, seq);
CREATE INDEX run_kind ON run (kind_id, seq);
CREATE INDEX run_activity ON run (execution_id, activity_id, attempt, seq);
CREATE INDEX run_standalone ON run (activity_run_id, activity_id, attempt, seq) WHERE activity_run_id IS NOT NULL;
CREATE INDEX run_environment ON run (environment_id, seq);
CREATE INDEX run_session ON run (session_id, seq);
CREATE TABLE open_run (seq bigint PRIMARY KEY);
CREATE TABLE stop (
  seq bigint PRIMARY KEY REFERENCES run,
  uid text COLLATE "C" NOT NULL,
  time double precision NOT NULL,
  exit_status text COLLATE "C" NOT NULL CHECK (exit_status IN ('success', 'fail', 'abort')),
  document json NOT NULL
);
CREATE INDEX stop_exit_status ON stop (exit_status, seq);
CREATE INDEX stop_time ON stop (time, seq);
-- The beginning of the error type, which can be too long for an index. SearchDialect.beginning uses the same length.
CREATE INDEX stop_error_type ON stop (left(fact(document, 'temporal', 'error', 'type'), 200) COLLATE "C") WHERE exit_status <> 'success';
CREATE TABLE settled (
  seq bigint PRIMARY KEY REFERENCES run,
  time double precision NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  document json NOT NULL
);
CREATE INDEX settled_outcome ON settled (outcome, seq);
`;
