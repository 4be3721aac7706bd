/**
 * Reads records that are one document each. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { JsonObject } from '../../model/json';
import type { DocumentQuery } from '../records/document-kind';
import { documentKind } from '../records/document-rows';
import type { Schema } from '../schema';

/** Returns stored documents, the newest first. Empty for a kind that this release does not know. */
export async function readDocuments(
  db: Kysely<Schema>,
  { of, by, limit }: DocumentQuery,
): Promise<JsonObject[]> {
  const kind = documentKind(of);
  if (!kind) return [];
  const { name, key } = kind.table;
  const condition = by ? sql`${sql.ref(by.column)} = ${by.value}` : sql`1 = 1`;
  const { rows } = await sql<{ document: string }>`
    SELECT document FROM ${sql.table(name)} WHERE ${condition} ORDER BY ${sql.ref(key[0]!)} DESC LIMIT ${limit}`.execute(
    db,
  );
  return rows.map(({ document }) => JSON.parse(document) as JsonObject);
}
