/**
 * Cold reads of a SQLite file, on a read-only connection of their own. Node only.
 * @module
 */
import { Kysely, SqliteDialect } from 'kysely';
import { ProvenanceError } from '../../errors';
import { Reads } from '../reads';
import type { Schema } from '../schema';
import type { Store } from '../store';
import { type Database, openDatabase } from './connection';
import { findRuns } from './search';

/** @throws as {@link openDatabase} */
export function openReads(path: string, location: string): { reads: Reads; database: Database } {
  const database = openDatabase(path, location, { mode: 'read', create: false });
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  const reads = new Reads(db, {
    findRuns: (query) => findRuns(database, query),
    findExecutions: (query) => findExecutions(database, query),
  });
  return { reads, database };
}

function findExecutions(database: Database, query: Parameters<Store['executions']>[0]): number[] {
  if (query.filter?.where || query.filter?.order) {
    throw new ProvenanceError('FILTER_INVALID', 'Executions can be listed, but not filtered yet.');
  }
  return database
    .prepare('SELECT id FROM execution WHERE start IS NOT NULL ORDER BY id DESC LIMIT ?')
    .pluck()
    .all(query.limit) as number[];
}
