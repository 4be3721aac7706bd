/**
 * What makes later edits show: a chain over all documents that are final once they are written, and tombstones of what was
 * taken out on purpose.
 *
 * Each transaction that writes final documents (a start, a stop, a settled state, the server's word on an execution's end, an
 * environment, a tombstone) adds a link. `entries` names them, 41 bytes each: a byte for the kind, the integer key of its row in 8
 * bytes, and sha256 of the document (`digests.ts`). A link's digest covers the link before it, so the last one covers all:
 * who has noted a link's digest elsewhere can tell that nothing before it was changed, added or taken out since.
 *
 * Who takes a document out, or changes it, leaves a tombstone with the digest that the chain has of it (and, when
 * something stands in its place, enters that in the chain as well); `verify` then holds.
 * @module
 */
import { postgres } from './0003-chain.postgres';
import type { Migration } from './migration';

const sqlite = `
CREATE TABLE chain (
  n INTEGER PRIMARY KEY,                         -- 1, 2, 3, … without gaps
  state_id INTEGER NOT NULL,                     -- storage.state_id of the transaction
  entries BLOB NOT NULL,                         -- documents of the transaction
  digest BLOB NOT NULL                           -- sha256 of the digest before, n, state_id (8 bytes each), entries
) STRICT;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain
  BEGIN SELECT RAISE(ABORT, 'a link of the chain is never rewritten'); END;

-- What was taken out, or replaced by less, on purpose.
CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,                            -- start, stop, settled, execution, environment, metadata, blob, …
  ref INTEGER NOT NULL,                          -- key of its row: run.seq, execution.id, metadata.id, …
  name TEXT NOT NULL,                            -- what people know it by: uid of the run, run id, digest
  document_time REAL,                            -- the document's own time; null when it has none
  time REAL NOT NULL,                            -- when it went
  digest BLOB NOT NULL,                          -- sha256 of what stood there, as in the chain
  replacement BLOB,                              -- sha256 of what stands there now; null: nothing
  reason TEXT NOT NULL,                          -- for people: prune or purge, and what was asked for
  author TEXT NOT NULL                           -- JSON {name, host, pid}
) STRICT;
CREATE INDEX tombstone_ref ON tombstone (what, ref);
CREATE INDEX tombstone_name ON tombstone (name);
CREATE TRIGGER tombstone_stays BEFORE UPDATE ON tombstone
  BEGIN SELECT RAISE(ABORT, 'a tombstone is never rewritten'); END;
`;

export const chain: Migration = { revision: 3, name: 'chain', breaking: false, sql: { sqlite, postgres } };
