/**
 * Reads the identities under which a store was written. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { IdentityUntil } from '../identity';
import type { Schema } from '../schema';

/** Uses one statement, because a copy can get its own identity at any moment. */
export function readIdentities(db: Kysely<Schema>): Promise<IdentityUntil[]> {
  const own = db.selectFrom('storage').select(['storage_id', sql<number | null>`NULL`.as('state_id')]);
  return own.unionAll(db.selectFrom('origin').select(['storage_id', 'state_id'])).execute();
}
