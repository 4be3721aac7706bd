/**
 * Runs with their documents, by their number in the store. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { RunRecord } from '../../model/documents';
import { identityAt } from '../identity';
import type { Schema } from '../schema';
import { composeStart } from './documents';
import { readIdentities } from './identity-reads';

const IDS_PER_QUERY = 500;

/** Returns the runs in this order. Missing ones are left out. */
export async function readRuns(db: Kysely<Schema>, seqs: readonly number[]): Promise<RunRecord[]> {
  const found = new Map<number, RunRecord>();
  if (seqs.length === 0) return [];
  const identities = await readIdentities(db);
  for (let from = 0; from < seqs.length; from += IDS_PER_QUERY) {
    for (const row of await rowsOf(db, seqs.slice(from, from + IDS_PER_QUERY))) {
      found.set(row.seq, {
        start: composeStart({ ...row, storage_id: identityAt(identities, row.state_id) }),
        stop: row.stop === null ? null : JSON.parse(row.stop),
        settled: row.settled === null ? null : JSON.parse(row.settled),
      });
    }
  }
  return seqs.flatMap((seq) => found.get(seq) ?? []);
}

function rowsOf(db: Kysely<Schema>, seqs: readonly number[]) {
  return db
    .selectFrom('run')
    .innerJoin('metadata', 'metadata.id', 'run.metadata_id')
    .leftJoin('stop', 'stop.seq', 'run.seq')
    .leftJoin('settled', 'settled.seq', 'run.seq')
    .select([
      'run.seq',
      'run.uid',
      'run.time',
      'run.scan_id',
      'run.state_id',
      'run.retry_of',
      'run.facts',
      'run.own',
    ])
    .select(['metadata.document as metadata', 'metadata.slots'])
    .select(['stop.document as stop', 'settled.document as settled'])
    .where('run.seq', 'in', [...seqs])
    .execute();
}
