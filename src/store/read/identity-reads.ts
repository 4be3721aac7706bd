/**
 * Reads the identities under which a store was written; the same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { IdentityUntil } from '../identity';
import type { Schema } from '../schema';

/** In one statement: a copy may take an identity of its own at any moment. */
export function readIdentities(db: Kysely<Schema>): Promise<IdentityUntil[]> {
  const own = db.selectFrom('storage').select(['storage_id', sql<number | null>`NULL`.as('state_id')]);
  return own.unionAll(db.selectFrom('origin').select(['storage_id', 'state_id'])).execute();
}
