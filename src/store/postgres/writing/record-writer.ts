/**
 * Writes infrequent records one at a time: single rows, contents of environments, and progress. Node only.
 * @module
 */
import type { Blob } from '../../../model/environment';
import { packAside } from '../../content';
import type { WriteAnswer, WriteRecord } from '../../interface/written';
import { rowOfRecord, unknownKind } from '../../records/rows';
import type { Client } from '../connection/connection';
import type { Grouped } from './group-parameters';
import { writeProgress } from './progress-writer';
import { writeRow } from './row-writer';

/** A record that is written separately. */
export type RareRecord = Exclude<WriteRecord, Grouped>;

const DONE: WriteAnswer = { kind: 'done' };

/** Writes one record in the client's transaction, which holds the writers' lock. */
export async function writeRare(client: Client, record: RareRecord): Promise<WriteAnswer> {
  switch (record.kind) {
    case 'checkpoint':
    case 'log':
    case 'resolution':
    case 'answered':
      await writeProgress(client, record);
      return DONE;
  }
  const row = rowOfRecord(record);
  if (!row) return { kind: 'rejected', reason: unknownKind(record) };
  await writeRow(client, row);
  if (record.kind === 'environment' || record.kind === 'session') await writeBlobs(client, record.blobs);
  return DONE;
}

async function writeBlobs(client: Client, blobs: readonly Blob[] = []): Promise<void> {
  if (blobs.length === 0) return;
  // One query for all: contents that are already stored are neither compressed nor sent again. Every start of a worker repeats
  // them.
  const { rows } = await client.query<{ digest: string }>('SELECT digest FROM blob WHERE digest = ANY($1)', [
    blobs.map(({ digest }) => digest),
  ]);
  const known = new Set(rows.map(({ digest }) => digest));
  for (const blob of blobs) {
    if (known.has(blob.digest)) continue;
    const { media_type, bytes } = await packAside(blob);
    await client.query(
      'INSERT INTO blob (digest, media_type, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [blob.digest, media_type, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
    );
  }
}
