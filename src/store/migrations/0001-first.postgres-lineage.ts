/**
 * The first revision for PostgreSQL: facts about what runs used and generated, and the tables that are derived from facts.
 * Tables, columns and their meaning are those of SQLite.
 * @module
 */

/** SQL of tables, indexes and triggers. */
export const postgresLineage = `
CREATE TABLE data (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_start text COLLATE "C" NOT NULL UNIQUE,
  time double precision NOT NULL,
  document json NOT NULL
);
CREATE TABLE digest (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uri_digest text COLLATE "C" NOT NULL,
  signature text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  time double precision NOT NULL,
  document json NOT NULL,
  UNIQUE (uri_digest, signature, sha256)
);
CREATE TABLE origins (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL,
  about text COLLATE "C" NOT NULL,
  about_id text COLLATE "C" NOT NULL,
  time double precision NOT NULL,
  document json NOT NULL,
  UNIQUE (run_id, about, about_id)
);
CREATE TRIGGER data_stays BEFORE UPDATE ON data FOR EACH ROW
  EXECUTE FUNCTION refuse_change('what a run used and generated is never rewritten');
CREATE TRIGGER digest_stays BEFORE UPDATE ON digest FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a digest is never rewritten');
CREATE TRIGGER origins_stays BEFORE UPDATE ON origins FOR EACH ROW
  EXECUTE FUNCTION refuse_change('origins are never rewritten');

CREATE TABLE artifact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  artifact_id text COLLATE "C" NOT NULL,
  uri_digest text COLLATE "C" NOT NULL UNIQUE,
  uri text COLLATE "C" NOT NULL,
  site_name text COLLATE "C",
  type text COLLATE "C" NOT NULL,
  first_time double precision NOT NULL
);
CREATE INDEX artifact_names ON artifact (artifact_id);
CREATE INDEX artifact_site ON artifact (site_name) WHERE site_name IS NOT NULL;
CREATE TABLE content (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sha256 text COLLATE "C" NOT NULL UNIQUE,
  size_bytes bigint,
  media_type text COLLATE "C"
);
CREATE TABLE version (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  artifact_id bigint NOT NULL,
  signature text COLLATE "C" NOT NULL,
  content_id bigint,
  missing text COLLATE "C",
  size_bytes bigint,
  first_time double precision NOT NULL,
  generated_time double precision,
  UNIQUE (artifact_id, signature)
);
CREATE INDEX version_content ON version (content_id, id) WHERE content_id IS NOT NULL;
CREATE INDEX version_generated ON version (content_id, generated_time) WHERE generated_time IS NOT NULL;
CREATE INDEX version_signature ON version (signature);
CREATE TABLE member (
  collection bigint NOT NULL,
  member bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (collection, member)
);
CREATE INDEX member_of ON member (member);
CREATE TABLE run_data (
  seq bigint NOT NULL,
  version_id bigint NOT NULL,
  direction smallint NOT NULL,
  evidence integer NOT NULL,
  time double precision NOT NULL,
  paths text,
  artifact_id bigint NOT NULL,
  PRIMARY KEY (seq, version_id, direction)
);
CREATE INDEX run_data_version ON run_data (version_id, direction, time, seq);
CREATE INDEX run_data_artifact ON run_data (artifact_id, direction, time, seq);
CREATE TABLE run_value (
  execution_id bigint NOT NULL,
  digest text COLLATE "C" NOT NULL,
  side smallint NOT NULL,
  time double precision NOT NULL,
  seq bigint NOT NULL,
  path text NOT NULL,
  PRIMARY KEY (execution_id, digest, side, time, seq)
);
CREATE INDEX run_value_run ON run_value (seq, side);
CREATE TABLE link (
  earlier bigint NOT NULL,
  later bigint NOT NULL,
  kind smallint NOT NULL,
  evidence integer NOT NULL,
  PRIMARY KEY (earlier, later, kind)
);
CREATE INDEX link_later ON link (later, kind, earlier, evidence);
CREATE TABLE json_path (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path text COLLATE "C" NOT NULL UNIQUE
);
CREATE TABLE link_path (
  later bigint NOT NULL,
  earlier bigint NOT NULL,
  kind smallint NOT NULL,
  evidence integer NOT NULL,
  from_path bigint NOT NULL,
  to_path bigint NOT NULL,
  PRIMARY KEY (later, earlier, kind, evidence, from_path, to_path)
);
CREATE TABLE wanted_link (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL,
  activity_id text COLLATE "C" NOT NULL,
  update_id text COLLATE "C" NOT NULL,
  later bigint NOT NULL,
  kind smallint NOT NULL,
  evidence integer NOT NULL,
  paths text
);
CREATE INDEX wanted_link_of ON wanted_link (run_id, activity_id, update_id);
CREATE INDEX wanted_link_later ON wanted_link (later);
CREATE TABLE linker (
  one integer PRIMARY KEY CHECK (one = 1),
  chain_n bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO linker VALUES (1, 0);
CREATE TABLE link_todo (seq bigint PRIMARY KEY);
CREATE TABLE link_spread (
  what smallint NOT NULL,
  key bigint NOT NULL,
  time double precision NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (what, key)
);
`;
