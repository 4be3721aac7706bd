/**
 * The first revision: all records. Functions of PostgreSQL and views are not part of a revision; each upgrade creates them again.
 *
 * Only `read/documents.ts` composes a start document:
 * `{uid, time, scan_id?, …metadata.fields, temporal: facts.temporal,
 * provenance: {…facts.provenance, sources, shadowed?, retry_of?, storage}}`,
 * where `{fields, sources, shadowed?}` is `metadata.document` with its slots filled from `run.own`.
 * A slot is a place whose value differs in nearly every run. `metadata.slots` lists the slots (`[["fields","dose"]]`), the
 * document has `null` there, and `run.own` is the JSON array of the run's values in the same order.
 *
 * How search reads metadata: a path (`sample.name`; keys never contain `.`) has its id in `path`. Its values are in
 * `metadata_field` (sets; then `run.metadata_id`), in `run_field` (runs directly), or in both, so a search reads both.
 * `path.in_sets` and `path.in_runs` decide from which table a search starts. The encoding is in `metadata-index/field-values.ts`:
 * numbers as numbers, text as `s:…`, `b:true`, `n:` for null. `o:` and `a:` mark an object or an array at the path.
 * Each scalar of an array is a row of the array's own path. Long text is a prefix with its digest.
 *
 * The chain reveals later edits. Each transaction that writes final documents adds a chain link. Final documents are a start,
 * a stop, a settled state, the server's report of an execution's end, an environment, used and generated data, a digest,
 * origins and a tombstone. `entries` lists them, 41 bytes each: a byte for the kind, the integer key of the row in 8 bytes, and
 * the sha256 of the document (`integrity/digests.ts`). A chain link's digest covers the previous link, so the last one covers
 * all. A copy of the last digest, kept elsewhere, shows whether anything before it was changed, added or removed later.
 * A program that removes or changes a document leaves a tombstone with the digest that the chain has of it. If another document
 * replaces it, the chain lists that one too. `verify` then still passes.
 * @module
 */
import { postgresLineage } from './0001-first.postgres-lineage';
import { postgresRecords } from './0001-first.postgres-records';
import { postgresRuns } from './0001-first.postgres-runs';
import { sqliteLineage } from './0001-first.sqlite-lineage';
import { sqliteRecords } from './0001-first.sqlite-records';
import { sqliteRuns } from './0001-first.sqlite-runs';
import type { Migration } from './migration';

/** The first revision of both dialects. */
export const first: Migration = {
  revision: 1,
  name: 'first',
  breaking: true,
  sql: {
    sqlite: sqliteRuns + sqliteRecords + sqliteLineage,
    postgres: postgresRuns + postgresRecords + postgresLineage,
  },
};
