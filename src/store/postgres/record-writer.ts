/**
 * Writes what is rare, one statement per record: contexts, environments, sessions, refusals, losses. Node only.
 * @module
 */
import type { Blob, Environment, WorkerSession } from '../../model/environment';
import { packAside } from '../content';
import type {
  ContextRecord,
  LossRecord,
  RefusalRecord,
  WriteAnswer,
  WriteRecord,
} from '../interface/written';
import { refusedIn } from '../read/refusals';
import type { Client } from './connection';
import { writeDocument } from './document-writer';
import type { Grouped } from './group';
import { writeProgress } from './progress-writer';
import type { References, Wanted } from './references';
import { indexedText, storedText } from './text';

/** A record that is written by itself. */
export type RareRecord = Exclude<WriteRecord, Grouped>;

const DONE: WriteAnswer = { kind: 'done' };

/** Notes what a rare record refers to. */
export function wantRare(record: RareRecord, references: References, wanted: Wanted): void {
  if (record.kind === 'refusal') references.wantLab(record.lab, wanted);
  if (record.kind === 'environment') references.wantNamed(record.environment.id, null, wanted);
  if (record.kind === 'session') references.wantNamed(null, record.session.session_id, wanted);
}

/** Writes one record, in the transaction of the client. */
export async function writeRare(
  client: Client,
  record: RareRecord,
  references: References,
): Promise<WriteAnswer> {
  switch (record.kind) {
    case 'context':
      return writeContext(client, record);
    case 'environment':
      return writeEnvironment(client, references.environment(record.environment.id)!, record);
    case 'session':
      return writeSession(client, references.session(record.session.session_id)!, record);
    case 'refusal':
      return writeRefusal(client, references.lab(record.lab), record);
    case 'loss':
      return writeLoss(client, record);
    case 'document':
      return writeDocument(client, record);
    case 'decision':
    case 'checkpoint':
    case 'log':
    case 'resolution':
    case 'answered':
      await writeProgress(client, record);
      return DONE;
    default: {
      const { kind } = record as { kind: string };
      return { kind: 'rejected', reason: `records of kind '${kind}' are not known to this release` };
    }
  }
}

async function writeContext(client: Client, record: ContextRecord): Promise<WriteAnswer> {
  await client.query('INSERT INTO context (run_id, n, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    indexedText(record.run_id),
    record.n,
    storedText(record.document),
  ]);
  return DONE;
}

async function writeEnvironment(
  client: Client,
  id: number,
  record: { environment: Environment; blobs: Blob[] },
): Promise<WriteAnswer> {
  const { environment, blobs } = record;
  await client.query(
    'UPDATE environment SET code_id = $1, document = $2 WHERE id = $3 AND document IS NULL',
    [indexedText(environment.code_id), JSON.stringify(environment), id],
  );
  await writeBlobs(client, blobs);
  return DONE;
}

async function writeBlobs(client: Client, blobs: readonly Blob[]): Promise<void> {
  if (blobs.length === 0) return;
  // Asked for at once: what a worker's every start brings again is neither compressed nor sent again.
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

/** Written at the start of a worker and again at its end; a stop time is never lost. */
async function writeSession(
  client: Client,
  id: number,
  { session, blobs = [] }: { session: WorkerSession; blobs?: Blob[] },
): Promise<WriteAnswer> {
  await client.query(
    `UPDATE worker_session SET start_time = $1, stop_time = $2, document = $3
     WHERE id = $4 AND (stop_time IS NULL OR $2::float8 IS NOT NULL)`,
    [session.start_time, session.stop_time ?? null, JSON.stringify(session), id],
  );
  await writeBlobs(client, blobs);
  return DONE;
}

async function writeRefusal(client: Client, lab: number, record: RefusalRecord): Promise<WriteAnswer> {
  const run_id = refusedIn(record);
  await client.query(
    `INSERT INTO refusal (refusal_id, time, lab_id, run_id, issues, document) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [
      indexedText(record.refusal_id),
      record.time,
      lab,
      run_id === null ? null : indexedText(run_id),
      JSON.stringify(record.issues),
      record.document,
    ],
  );
  return DONE;
}

async function writeLoss(client: Client, record: LossRecord): Promise<WriteAnswer> {
  await client.query(
    `INSERT INTO loss AS l (session_id, loss, count, time, detail) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (session_id, loss) DO UPDATE
     SET count = l.count + excluded.count, time = excluded.time, detail = excluded.detail
     WHERE excluded.time > l.time`,
    [
      indexedText(record.session_id ?? ''),
      indexedText(record.loss),
      record.count,
      record.time,
      storedText(record.detail),
    ],
  );
  return DONE;
}
