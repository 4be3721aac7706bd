/**
 * Writes tombstones to a SQLite store. Node only.
 * @module
 */
import { tombstoneDigest } from '../../integrity/digests';
import { isChained, type Tombstone } from '../../tombstones';
import type { Database } from '../connection/connection';
import type { Chain } from './chain';

/**
 * Writes a tombstone and adds the replacement to the chain. Call it inside a write transaction.
 * @param author JSON {name, host, pid}
 */
export function writeTombstone(db: Database, chain: Chain, tombstone: Tombstone, author: string): void {
  const { what, ref, name, document_time, digest, replacement, reason } = tombstone;
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const row = {
    what,
    ref,
    name,
    document_time,
    time: Date.now() / 1000,
    digest: bytes(digest),
    replacement: replacement === undefined ? null : bytes(replacement),
    reason,
    author,
  };
  const columns = Object.keys(row);
  const insert = `INSERT INTO tombstone (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) RETURNING id`;
  const id = db
    .prepare(insert)
    .pluck()
    .get(...Object.values(row)) as number;
  chain.add('tombstone', id, tombstoneDigest(row));
  if (replacement !== undefined && isChained(what)) chain.add(what, ref, replacement);
}
