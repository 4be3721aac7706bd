/**
 * Runs that were reconstructed from Temporal's facts because no worker's record had arrived. If the record arrives later from a
 * spool, it replaces the reconstructed run: an attempt has one run. Node only.
 * @module
 */
import { hostname } from 'node:os';
import type { OpenRecord, WriteAnswer } from '../../interface/written';
import { LATEST_REVISION } from '../../migrations';
import type { Connections } from '../connection/connection';
import { indexedText } from '../values/text';
import type { GroupRecord } from './group-parameters';

/** Rejects reconstructed runs whose attempt a worker has already recorded: their records are answered as `closed`. */
export async function answerRecorded(
  connections: Connections,
  members: readonly GroupRecord[],
  answers: WriteAnswer[],
): Promise<void> {
  const made = members.filter(
    (one): one is GroupRecord<OpenRecord> => one.record.kind === 'open' && !!one.record.made,
  );
  if (made.length === 0) return;
  const rows = made.map(({ i, record }) => ({
    i,
    run_id: record.run_id === null ? null : indexedText(record.run_id),
    uid: indexedText(record.uid),
    activity_id: indexedText(record.activity_id),
    attempt: record.attempt,
    scheduled_time: record.scheduled_time,
  }));
  const recorded = await connections.query<{ i: number }>({
    text: `SELECT DISTINCT g.i FROM json_to_recordset($1) AS
        g(i integer, run_id text, uid text, activity_id text, attempt integer, scheduled_time double precision)
      JOIN execution e ON e.run_id = g.run_id
      JOIN run r ON r.execution_id = e.id AND r.activity_id = g.activity_id AND r.attempt = g.attempt AND r.uid <> g.uid
      WHERE fact(r.facts, 'provenance', 'origin') IS NULL AND r.scheduled_time >= g.scheduled_time - 0.001`,
    values: [JSON.stringify(rows)],
  });
  for (const { i } of recorded) answers[i] = { kind: 'closed' };
}

/** Replaces reconstructed runs after runs from a spool were stored. Idempotent. */
export async function replaceMade(connections: Connections, members: readonly GroupRecord[]): Promise<void> {
  const uids = members.flatMap(({ record }) =>
    record.kind === 'open' && record.late ? [indexedText(record.uid)] : [],
  );
  if (uids.length === 0) return;
  const found = await connections.query({ text: 'SELECT 1 FROM made_for($1) LIMIT 1', values: [uids] });
  if (found.length === 0) return;
  const author = JSON.stringify({ name: 'temporal-provenance', host: hostname(), pid: process.pid });
  await connections.transaction(async (client) => {
    await client.query('SELECT next_state($1)', [LATEST_REVISION]);
    await client.query('SELECT replace_made($1, $2)', [uids, author]);
  });
}
