/**
 * The first revision: everything that is recorded. Functions of PostgreSQL and views are not part of a revision; they are made anew at each.
 *
 * How a start document is put together (`read/documents.ts` is the one place that does it):
 * `{uid, time, scan_id?, …metadata.fields, temporal: facts.temporal, provenance: {…facts.provenance, sources, shadowed?, retry_of?, storage}}`,
 * where `{fields, sources, shadowed?}` is `metadata.document`, its slots filled with `run.own`.
 * A slot is a place whose value differs in nearly every run: `metadata.slots` lists them (`[["fields","dose"]]`), the document
 * holds `null` there, and `run.own` is the JSON array of the run's values in the same order.
 *
 * How search reads metadata: a path (`sample.name`; keys never hold `.`) has its id in `path`; its values are in
 * `metadata_field` (sets; then `run.metadata_id`) or in `run_field` (runs directly), possibly in both, so a search
 * takes both. `path.in_sets` and `path.in_runs` say which one drives. Encoding: `metadata-index/field-values.ts`
 * (numbers as numbers, text as `s:…`, `b:true`, `n:` for null; `o:` and `a:` mark an object or an array at the path;
 * each scalar of an array is a row of the array's own path; long text is a prefix with its digest).
 *
 * The chain makes later edits show. Each transaction that writes final documents (a start, a stop, a settled state, the server's word
 * on an execution's end, an environment, what a run used and generated, a digest, origins, a tombstone) adds a link. `entries` names them, 41 bytes each: a byte for the kind, the
 * integer key of its row in 8 bytes, and sha256 of the document (`integrity/digests.ts`). A link's digest covers the link before it,
 * so the last one covers all: whoever noted it elsewhere can tell that nothing before it was changed, added or taken out since.
 * Whoever takes a document out, or changes it, leaves a tombstone with the digest that the chain has of it (and, if something takes
 * its place, enters that in the chain as well); `verify` then holds.
 * @module
 */
import { postgresLineage } from './0001-first.postgres-lineage';
import { postgresRecords } from './0001-first.postgres-records';
import { postgresRuns } from './0001-first.postgres-runs';
import { sqliteLineage } from './0001-first.sqlite-lineage';
import { sqliteRecords } from './0001-first.sqlite-records';
import { sqliteRuns } from './0001-first.sqlite-runs';
import type { Migration } from './migration';

/** The first revision, of both dialects. */
export const first: Migration = {
  revision: 1,
  name: 'first',
  breaking: true,
  sql: {
    sqlite: sqliteRuns + sqliteRecords + sqliteLineage,
    postgres: postgresRuns + postgresRecords + postgresLineage,
  },
};
