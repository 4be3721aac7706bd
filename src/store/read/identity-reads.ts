/**
 * Reads the identities under which a store was written; the same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { IdentityUntil } from '../identity';
import type { Schema } from '../schema';

/**
 * In one statement: a copy may take an identity of its own at any moment.
 * @param hasOrigins false for a schema from before copies were told apart
 */
export function readIdentities(db: Kysely<Schema>, hasOrigins: boolean): Promise<IdentityUntil[]> {
  const own = db.selectFrom('storage').select(['storage_id', sql<number | null>`NULL`.as('state_id')]);
  if (!hasOrigins) return own.execute();
  return own.unionAll(db.selectFrom('origin').select(['storage_id', 'state_id'])).execute();
}
