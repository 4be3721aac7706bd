/**
 * The first revision for PostgreSQL: other records, chain and tombstones. None of them is ever rewritten.
 * @module
 */

/** SQL of tables, indexes, types and triggers. */
export const postgresRecords = `
CREATE TABLE refusal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  refusal_id text COLLATE "C" NOT NULL UNIQUE,
  time double precision NOT NULL,
  lab_id integer NOT NULL REFERENCES lab,
  run_id text COLLATE "C",
  issues json NOT NULL,
  document json NOT NULL
);
CREATE INDEX refusal_execution ON refusal (run_id, id) WHERE run_id IS NOT NULL;
CREATE TABLE loss (
  session_id text COLLATE "C" NOT NULL,
  loss text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  time double precision NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (session_id, loss)
);

CREATE TABLE decision (
  execution_id bigint NOT NULL REFERENCES execution,
  kind text NOT NULL,
  ordinal bigint NOT NULL,
  time double precision NOT NULL,
  name text,
  document text NOT NULL,
  PRIMARY KEY (execution_id, kind, ordinal)
);
CREATE TABLE checkpoint (
  run_start text NOT NULL,
  ordinal bigint NOT NULL,
  start_time double precision NOT NULL,
  stop_time double precision NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (run_start, ordinal)
);
CREATE INDEX checkpoint_time ON checkpoint (stop_time);
CREATE TABLE log_line (
  owner text NOT NULL,
  ordinal bigint NOT NULL,
  time double precision NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  attributes text,
  PRIMARY KEY (owner, ordinal)
);
CREATE INDEX log_line_time ON log_line (time);
CREATE TABLE asked_activity (
  execution_id bigint NOT NULL REFERENCES execution,
  activity_id text NOT NULL,
  time double precision NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (execution_id, activity_id)
);
CREATE TABLE late_report (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  document json NOT NULL,
  UNIQUE (owner, kind, digest)
);

CREATE TABLE chain (
  n bigint PRIMARY KEY,
  state_id bigint NOT NULL,
  entries bytea NOT NULL,
  digest bytea NOT NULL
);
ALTER TABLE chain ALTER entries SET STORAGE EXTERNAL;  -- digests do not compress
CREATE TABLE tombstone (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what text COLLATE "C" NOT NULL,
  ref bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  document_time double precision,
  time double precision NOT NULL,
  digest bytea NOT NULL,
  replacement bytea,
  reason text NOT NULL,
  author text NOT NULL
);
CREATE INDEX tombstone_ref ON tombstone (what, ref);
CREATE INDEX tombstone_name ON tombstone (name);

-- Parameters and results of the functions.
CREATE TYPE run_row AS (
  i integer, uid text, time double precision, lab_id integer, scan_id bigint, numbered boolean, share_scan_id boolean,
  stash_version bigint, metadata_id integer, kind_id integer, run_id text, namespace text, workflow_id text,
  workflow_type text, environment_id integer, session_id integer, activity_id text, attempt integer,
  scheduled_time double precision, retry_of text, facts text, own text, entries json, activity_run_id text,
  scan_root text, scan_offer bigint
);
CREATE TYPE answer_row AS (section text, i integer, status text, seq bigint, scan_id bigint, state_id bigint, retry_of text);
CREATE TYPE late_row AS (owner text, kind text, document text);

CREATE TRIGGER storage_id_stays BEFORE UPDATE OF storage_id, created_time ON storage FOR EACH ROW
  WHEN (NEW.storage_id <> OLD.storage_id OR NEW.created_time <> OLD.created_time)
  EXECUTE FUNCTION refuse_change('storage_id and created_time are never rewritten');
CREATE TRIGGER execution_settled_stays BEFORE UPDATE OF settled ON execution FOR EACH ROW
  WHEN (OLD.settled IS NOT NULL)
  EXECUTE FUNCTION refuse_change('a settled execution is never overwritten');
CREATE TRIGGER run_stays BEFORE UPDATE ON run FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a start document is never rewritten');
CREATE TRIGGER stop_stays BEFORE UPDATE ON stop FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a stop document is never rewritten');
CREATE TRIGGER settled_stays BEFORE UPDATE ON settled FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a settled state is never overwritten');
CREATE TRIGGER environment_stays BEFORE UPDATE ON environment FOR EACH ROW
  WHEN (OLD.document IS NOT NULL OR NEW.environment_id <> OLD.environment_id)
  EXECUTE FUNCTION refuse_change('an environment is never rewritten');
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a file is never rewritten');
CREATE TRIGGER metadata_stays BEFORE UPDATE ON metadata FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a set of metadata is never rewritten');
CREATE TRIGGER execution_start_stays BEFORE UPDATE OF start ON execution FOR EACH ROW
  WHEN (OLD.start IS NOT NULL)
  EXECUTE FUNCTION refuse_change('the start of an execution is never rewritten');
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision FOR EACH ROW
  WHEN (OLD.document LIKE '%"origin":"history"%')
  EXECUTE FUNCTION refuse_change('a decision from history is never rewritten');
CREATE TRIGGER worker_session_stays BEFORE UPDATE ON worker_session FOR EACH ROW
  WHEN (NEW.session_id <> OLD.session_id OR (OLD.start_time IS NOT NULL AND NEW.start_time IS DISTINCT FROM OLD.start_time)
    OR (OLD.stop_time IS NOT NULL AND NEW.stop_time IS NULL))
  EXECUTE FUNCTION refuse_change('a session begins and ends once');
CREATE TRIGGER loss_stays BEFORE UPDATE ON loss FOR EACH ROW
  WHEN (NEW.count < OLD.count)
  EXECUTE FUNCTION refuse_change('losses are never fewer than were counted');
CREATE TRIGGER storage_state_stays BEFORE UPDATE OF state_id ON storage FOR EACH ROW
  WHEN (NEW.state_id < OLD.state_id)
  EXECUTE FUNCTION refuse_change('the state of a store never goes back');
CREATE TRIGGER late_report_stays BEFORE UPDATE ON late_report FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a late report is never rewritten');
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a link of the chain is never rewritten');
CREATE TRIGGER tombstone_stays BEFORE UPDATE ON tombstone FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a tombstone is never rewritten');
CREATE TRIGGER origin_stays BEFORE UPDATE ON origin FOR EACH ROW
  EXECUTE FUNCTION refuse_change('an origin is never rewritten');
`;
