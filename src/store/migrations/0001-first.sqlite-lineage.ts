/**
 * The first revision for SQLite: facts about what runs used and generated, and the tables that are derived from facts. Derived
 * tables are not in the chain, because they can be derived again.
 * @module
 */

/** SQL of tables, indexes and triggers. */
export const sqliteLineage = `
-- Facts: what a run used and generated, one document per run. Inserted once, never changed.
CREATE TABLE data (
  id INTEGER PRIMARY KEY,
  run_start TEXT NOT NULL UNIQUE,                -- uid of the run
  time REAL NOT NULL,
  document TEXT NOT NULL                         -- JSON DataDocument
) STRICT;
CREATE TRIGGER data_stays BEFORE UPDATE ON data
  BEGIN SELECT RAISE(ABORT, 'what a run used and generated is never rewritten'); END;
-- Facts: the content of a version that became known after its run ended.
CREATE TABLE digest (
  id INTEGER PRIMARY KEY,
  uri_digest TEXT NOT NULL,                      -- sha256 of the URI, hex
  signature TEXT NOT NULL,
  sha256 TEXT NOT NULL,                          -- hex; '' if missing: another worker may find it later
  time REAL NOT NULL,
  document TEXT NOT NULL,                        -- JSON DigestDocument
  UNIQUE (uri_digest, signature, sha256)
) STRICT;
CREATE TRIGGER digest_stays BEFORE UPDATE ON digest
  BEGIN SELECT RAISE(ABORT, 'a digest is never rewritten'); END;
-- Facts: the origins of parts of a result of an execution or update, and of arguments of an activity whose header was full.
CREATE TABLE origins (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,                          -- Temporal's run id of the execution
  about TEXT NOT NULL,                           -- result, update, activity
  about_id TEXT NOT NULL,                        -- update id, activity id; '' for the result
  time REAL NOT NULL,
  document TEXT NOT NULL,                        -- JSON OriginsDocument
  UNIQUE (run_id, about, about_id)
) STRICT;
CREATE TRIGGER origins_stays BEFORE UPDATE ON origins
  BEGIN SELECT RAISE(ABORT, 'origins are never rewritten'); END;

-- All tables from here on are derived. Names of data.
CREATE TABLE artifact (
  id INTEGER PRIMARY KEY,
  artifact_id TEXT NOT NULL,                     -- UUID, never changed; all names of a renamed file share it
  uri_digest TEXT NOT NULL UNIQUE,               -- sha256 of uri, hex
  uri TEXT NOT NULL,
  site_name TEXT,
  type TEXT NOT NULL,                            -- file, directory, collection, remote
  first_time REAL NOT NULL                       -- when a run first used or generated it, UNIX seconds
) STRICT;
CREATE INDEX artifact_names ON artifact (artifact_id);
CREATE INDEX artifact_site ON artifact (site_name) WHERE site_name IS NOT NULL;
-- Contents. The same bytes have one row under all their names.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,                   -- hex
  size_bytes INTEGER,
  media_type TEXT
) STRICT;
-- The contents of names.
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  artifact_id INTEGER NOT NULL,                  -- artifact.id
  signature TEXT NOT NULL,                       -- '': no recorded run wrote it; run:<uid>: that run wrote it, and it can't be read
  content_id INTEGER,
  missing TEXT,                                  -- why content_id is null
  size_bytes INTEGER,
  first_time REAL NOT NULL,
  generated_time REAL,                           -- when a run first generated it, UNIX seconds; null: none did
  UNIQUE (artifact_id, signature)
) STRICT;
CREATE INDEX version_content ON version (content_id) WHERE content_id IS NOT NULL;
CREATE INDEX version_generated ON version (content_id, generated_time) WHERE generated_time IS NOT NULL;
CREATE INDEX version_signature ON version (signature); -- a renamed file has the same signature except for its end
-- Members of directories and collections.
CREATE TABLE member (
  collection INTEGER NOT NULL,                   -- version.id
  member INTEGER NOT NULL,                       -- version.id
  name TEXT NOT NULL,                            -- path below the directory, or URI
  PRIMARY KEY (collection, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_of ON member (member);
-- The versions that a run used and generated. Rows of a deleted run stay, without paths: other rows were derived from them.
CREATE TABLE run_data (
  seq INTEGER NOT NULL,                          -- of the run
  version_id INTEGER NOT NULL,
  direction INTEGER NOT NULL,                    -- 1 used, 2 generated, 3 mentioned
  evidence INTEGER NOT NULL,                     -- bits of model/link.ts
  time REAL NOT NULL,                            -- when the run used or generated it, UNIX seconds
  paths TEXT,                                    -- JSON paths at which its name occurs, as a JSON array
  artifact_id INTEGER NOT NULL,                  -- of the version
  PRIMARY KEY (seq, version_id, direction)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_data_version ON run_data (version_id, direction, time);
CREATE INDEX run_data_artifact ON run_data (artifact_id, direction, time);
-- Significant strings of arguments and results, used if no sandbox module reports the flow of values.
CREATE TABLE run_value (
  execution_id INTEGER NOT NULL,
  digest TEXT NOT NULL,
  side INTEGER NOT NULL,                         -- 1 arguments, 2 result
  time REAL NOT NULL,                            -- of scheduling (arguments) or of the end (result), UNIX seconds
  seq INTEGER NOT NULL,                          -- of the run
  path TEXT NOT NULL,
  PRIMARY KEY (execution_id, digest, side, time, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_value_run ON run_value (seq, side);
-- Links. A node is four times its integer id plus its type: run 0 (seq), version 1, execution 2.
CREATE TABLE link (
  earlier INTEGER NOT NULL,                      -- the producer, or the data
  later INTEGER NOT NULL,                        -- what followed
  kind INTEGER NOT NULL,                         -- number of model/link.ts: 1 used, 2 generated, 3 informed, 4 derived, 5 retry-of, …
  evidence INTEGER NOT NULL,                     -- bits of model/link.ts
  PRIMARY KEY (earlier, later, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_later ON link (later, kind, earlier, evidence);
-- Texts of JSON paths, each stored once.
CREATE TABLE json_path (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE
) STRICT;
-- The JSON paths at which both ends of a link were found.
CREATE TABLE link_path (
  later INTEGER NOT NULL,
  earlier INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  evidence INTEGER NOT NULL,
  from_path INTEGER NOT NULL,                    -- json_path.id
  to_path INTEGER NOT NULL,                      -- json_path.id
  PRIMARY KEY (later, earlier, kind, evidence, from_path, to_path)
) STRICT, WITHOUT ROWID;
-- Links whose earlier end is not recorded yet.
CREATE TABLE wanted_link (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,                          -- Temporal's run id of the execution
  activity_id TEXT NOT NULL,                     -- '': the result of the execution
  update_id TEXT NOT NULL,                       -- '': no update
  later INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  evidence INTEGER NOT NULL,
  paths TEXT                                     -- JSON [[from, to], …]
) STRICT;
CREATE INDEX wanted_link_of ON wanted_link (run_id, activity_id, update_id);
CREATE INDEX wanted_link_later ON wanted_link (later);
-- The position of the linker in the chain. One row.
CREATE TABLE linker (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  chain_n INTEGER NOT NULL                       -- the last link of the chain whose documents are in these tables; 0: none
) STRICT;
INSERT INTO linker VALUES (1, 0);
-- Runs whose links must be derived again.
CREATE TABLE link_todo (seq INTEGER PRIMARY KEY) STRICT;
-- Data whose uses are added to link_todo page by page.
CREATE TABLE link_spread (
  what INTEGER NOT NULL,                         -- 1 a version, 2 an artifact, 3 a content, 4 members of a version
  key INTEGER NOT NULL,                          -- id of that row
  time REAL NOT NULL,                            -- only uses after this time
  seq INTEGER NOT NULL,                          -- of uses at exactly this time, only runs after it
  PRIMARY KEY (what, key)
) STRICT, WITHOUT ROWID;
`;
