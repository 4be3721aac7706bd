/**
 * Writes progress records that change more than one row. They are checkpoints and logged lines, which have limits, and the
 * workflow's own view of how an activity ended. Node only.
 * @module
 */
import { type Checkpoint, checkpointStride } from '../../../model/progress';
import type { TrimCounts } from '../../interface/log-query';
import type { AnsweredRecord, LogRecord, ResolutionRecord, WriteRecord } from '../../interface/written';
import { logOwner } from '../../read/progress-reads';
import { askedRow } from '../../records/execution';
import { checkpointRow } from '../../records/progress';
import {
  type Attempt,
  type AttemptDetail,
  attemptsQuery,
  detailQuery,
  endedSo,
  lastAttempt,
  settledBy,
} from '../../workflow-outcome';
import type { Client } from '../connection/connection';
import { indexedText, storedText } from '../values/text';
import { writeRow } from './row-writer';

type ProgressRecord = Extract<WriteRecord, { kind: 'resolution' | 'answered' | 'checkpoint' | 'log' }>;

/** Writes one record in the client's transaction. */
export async function writeProgress(client: Client, record: ProgressRecord): Promise<void> {
  switch (record.kind) {
    case 'log':
      return writeLog(client, record);
    case 'resolution':
      return writeResolution(client, record);
    case 'answered':
      return writeAnswered(client, record);
    case 'checkpoint':
      return writeCheckpoint(client, record.checkpoint);
  }
}

/**
 * Keeps each checkpoint whose number is a multiple of the stride, the last one, and the longest. Settlement compares the longest
 * with the heartbeat timeout.
 */
const THIN_CHECKPOINTS = `DELETE FROM checkpoint
  WHERE run_start = $1 AND ordinal < $2 AND ordinal % $3 <> 0
    AND ordinal <> (SELECT ordinal FROM checkpoint WHERE run_start = $1
      ORDER BY stop_time - start_time DESC, ordinal LIMIT 1)`;

async function writeCheckpoint(client: Client, checkpoint: Checkpoint): Promise<void> {
  await writeRow(client, checkpointRow(checkpoint));
  const run_start = indexedText(checkpoint.run_start);
  const { rows } = await client.query<{ last: string }>(
    'SELECT max(ordinal) AS last FROM checkpoint WHERE run_start = $1',
    [run_start],
  );
  const last = Number(rows[0]?.last);
  const stride = checkpointStride(last);
  if (stride > 1) await client.query(THIN_CHECKPOINTS, [run_start, last, stride]);
}

/** Deletes older rows, at most `limit` of each table. */
export async function trimProgress(client: Client, before: number, limit: number): Promise<TrimCounts> {
  const removed = async (table: string, key: string, time: string): Promise<number> => {
    const old = `SELECT ${key} FROM ${table} WHERE ${time} < $1 LIMIT $2`;
    const statement = `DELETE FROM ${table} WHERE (${key}) IN (${old})`;
    return (await client.query(statement, [before, limit])).rowCount ?? 0;
  };
  return {
    checkpoints: await removed('checkpoint', 'run_start, ordinal', 'stop_time'),
    lines: await removed('log_line', 'owner, ordinal', 'time'),
  };
}

async function writeLog(
  client: Client,
  { run_start, run_id, first, lines, keep_from }: LogRecord,
): Promise<void> {
  const owner =
    run_start === null
      ? logOwner({ run_id: indexedText(run_id ?? '') })
      : logOwner({ run_start: indexedText(run_start) });
  await client.query(
    `INSERT INTO log_line (owner, ordinal, time, level, message, attributes)
     SELECT $1, l.ordinal, l.time, l.level, l.message, l.attributes FROM json_to_recordset($2) AS
       l(ordinal bigint, time double precision, level text, message text, attributes text) ON CONFLICT DO NOTHING`,
    [
      owner,
      JSON.stringify(
        lines.map(({ time, level, message, attributes }, offset) => ({
          ordinal: first + offset,
          time,
          level,
          message: storedText(message),
          attributes: attributes ? JSON.stringify(attributes) : null,
        })),
      ),
    ],
  );
  if (keep_from > 0)
    await client.query('DELETE FROM log_line WHERE owner = $1 AND ordinal < $2', [owner, keep_from]);
}

/**
 * If it is certain that the outcome belongs to the last run of the activity, that run receives it. Earlier runs are settled as
 * superseded.
 */
async function writeResolution(client: Client, record: ResolutionRecord): Promise<void> {
  const key = [indexedText(record.run_id), indexedText(record.activity_id)];
  const { rows: attempts } = await client.query<Attempt>(attemptsQuery('$1', '$2'), key);
  if (attempts.length === 0 && record.asked) await writeRow(client, askedRow(record.asked));
  const last = lastAttempt(record, attempts);
  if (!last) return;
  const { rows } = await client.query<AttemptDetail>(detailQuery('$1'), [last.uid]);
  if (!endedSo(record, rows[0]!)) return;
  const settled = settledBy(record, attempts);
  await client.query('SELECT count(*) FROM take_settled($1)', [
    JSON.stringify(settled.map((one, i) => ({ i, ...one, document: JSON.stringify(one) }))),
  ]);
}

async function writeAnswered(client: Client, { run_id, activity_id }: AnsweredRecord): Promise<void> {
  await client.query(
    `DELETE FROM asked_activity USING execution
     WHERE execution.run_id = $1 AND execution.id = asked_activity.execution_id AND activity_id = $2`,
    [indexedText(run_id), indexedText(activity_id)],
  );
}
