/**
 * Who a store is after it was copied or moved. A copy that `backup` made is marked, and takes an identity of its own at its first
 * write; `origin` then keeps the one that it had, so that (storage_id, state_id) never names two histories. Where a store is written
 * is kept in `place`: more than one file under one identity shows what plain copying did.
 * @module
 */
import { postgres } from './0008-copies.postgres';
import type { Migration } from './migration';

const sqlite = `
ALTER TABLE storage ADD COLUMN copied_time REAL; -- of a copy that nobody has written to yet: when it was made, UNIX seconds
ALTER TABLE storage ADD COLUMN moved TEXT;       -- JSON {location, time}: the store is there now, and nobody writes here
DROP TRIGGER storage_id_stays;
CREATE TRIGGER storage_id_stays BEFORE UPDATE OF storage_id, created_time ON storage
  WHEN (NEW.storage_id IS NOT OLD.storage_id AND OLD.copied_time IS NULL) OR NEW.created_time IS NOT OLD.created_time
  BEGIN SELECT RAISE(ABORT, 'storage_id and created_time are never rewritten'); END;
CREATE TRIGGER storage_moved BEFORE UPDATE OF state_id ON storage
  WHEN OLD.moved IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the store was moved'); END;

-- Identities that the store had before it was copied, each up to the state at which the copy was made.
CREATE TABLE origin (
  state_id INTEGER PRIMARY KEY,                  -- the last state under this identity
  storage_id TEXT NOT NULL,
  time REAL NOT NULL                             -- when the copy took its own, UNIX seconds
) STRICT;
CREATE TRIGGER origin_stays BEFORE UPDATE ON origin
  BEGIN SELECT RAISE(ABORT, 'an origin is never rewritten'); END;

-- A copy takes an identity of its own with the first state that is written to it, whichever release writes.
CREATE TRIGGER storage_forks AFTER UPDATE OF state_id ON storage
  WHEN OLD.copied_time IS NOT NULL AND NEW.copied_time IS NOT NULL
  BEGIN
    INSERT INTO origin (state_id, storage_id, time) VALUES (OLD.state_id, OLD.storage_id, unixepoch('subsec'));
    UPDATE storage SET copied_time = NULL, storage_id = lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89ab', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
  END;

-- Where the store was written, as far as its writers can tell places apart.
CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  storage_id TEXT NOT NULL,                      -- under which identity
  state_id INTEGER NOT NULL,                     -- the first state that was written there
  file TEXT NOT NULL,                            -- inode and birth of a file; cluster, database and schema of a server
  host TEXT NOT NULL,
  path TEXT NOT NULL,                            -- as the last writer named it
  time REAL NOT NULL,                            -- of the first write there, UNIX seconds
  how TEXT NOT NULL                              -- first, forked, restored, moved; found: nobody told how it came there
) STRICT;
`;

export const copies: Migration = {
  revision: 8,
  name: 'copies',
  breaking: false,
  sql: { sqlite, postgres },
};
