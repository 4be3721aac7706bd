/**
 * Writes what happens while work is under way: decisions, checkpoints, logged lines, and the workflow's own view of how an
 * activity ended. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import { type Checkpoint, checkpointStride } from '../../model/progress';
import type { TrimCounts } from '../interface/log-query';
import type { AskedActivity } from '../interface/settling';
import type { AnsweredRecord, LogRecord, ResolutionRecord, WriteRecord } from '../interface/written';
import { logOwner } from '../read/progress-reads';
import { type Attempt, type AttemptDetail, endedSo, lastAttempt, settledBy } from '../workflow-outcome';
import type { Client } from './connection';
import { indexedText, storedText } from './text';

type ProgressRecord = Extract<
  WriteRecord,
  { kind: 'resolution' | 'answered' | 'decision' | 'checkpoint' | 'log' }
>;

/** Writes one record, in the transaction of the client. */
export async function writeProgress(client: Client, record: ProgressRecord): Promise<void> {
  switch (record.kind) {
    case 'decision':
      return writeDecision(client, record.decision);
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

/** Leaves each stride's checkpoint, the last one, and the longest, by which a resolution knows what a heartbeat's time limit saw. */
const THIN_CHECKPOINTS = `DELETE FROM checkpoint
  WHERE run_start = $1 AND ordinal < $2 AND ordinal % $3 <> 0
    AND ordinal <> (SELECT ordinal FROM checkpoint WHERE run_start = $1
      ORDER BY stop_time - start_time DESC, ordinal LIMIT 1)`;

async function writeCheckpoint(client: Client, checkpoint: Checkpoint): Promise<void> {
  const { index, start_time, stop_time } = checkpoint;
  const run_start = indexedText(checkpoint.run_start);
  await client.query('INSERT INTO checkpoint VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    run_start,
    index,
    start_time,
    stop_time,
    JSON.stringify(checkpoint),
  ]);
  const { rows } = await client.query<{ last: string }>(
    'SELECT max(ordinal) AS last FROM checkpoint WHERE run_start = $1',
    [run_start],
  );
  const last = Number(rows[0]?.last);
  const stride = checkpointStride(last);
  if (stride > 1) await client.query(THIN_CHECKPOINTS, [run_start, last, stride]);
}

/** What history tells (with who decided) replaces what the sandbox saw, never the reverse. */
async function writeDecision(client: Client, decision: Decision): Promise<void> {
  const { run_id, namespace, workflow_id, kind, ordinal, time, name } = decision;
  await client.query(
    `INSERT INTO execution (run_id, namespace, workflow_id, workflow_type) VALUES ($1, $2, $3, '') ON CONFLICT DO NOTHING`,
    [indexedText(run_id), storedText(namespace), indexedText(workflow_id)],
  );
  await client.query(
    `INSERT INTO decision AS d (execution_id, kind, ordinal, time, name, document)
     SELECT id, $2, $3, $4, $5, $6 FROM execution WHERE run_id = $1
     ON CONFLICT (execution_id, kind, ordinal) DO UPDATE SET time = excluded.time, document = excluded.document
     WHERE d.document NOT LIKE '%"origin":"history"%'`,
    [
      indexedText(run_id),
      kind,
      ordinal,
      time,
      name === undefined ? null : storedText(name),
      JSON.stringify(decision),
    ],
  );
}

/** Removes what is older, so many rows of each table at most. */
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

const ATTEMPTS = `SELECT r.uid, r.attempt, r.scheduled_time, k.is_local, s.exit_status AS observed, t.seq IS NOT NULL AS settled
  FROM execution e JOIN run r ON r.execution_id = e.id JOIN kind k ON k.id = r.kind_id
    LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq
  WHERE e.run_id = $1 AND r.activity_id = $2
  ORDER BY r.scheduled_time DESC, r.time DESC, r.seq DESC`;

const DETAIL = `SELECT r.time, r.scheduled_time, r.facts, s.document AS stop,
    (SELECT max(stop_time - start_time) FROM checkpoint c WHERE c.run_start = r.uid) AS widest_gap,
    (SELECT max(stop_time) FROM checkpoint c WHERE c.run_start = r.uid) AS last_heartbeat
  FROM run r JOIN stop s ON s.seq = r.seq WHERE r.uid = $1`;

/** The last run of the activity has the outcome where that is certain; earlier ones were superseded by it. */
async function writeResolution(client: Client, record: ResolutionRecord): Promise<void> {
  const key = [indexedText(record.run_id), indexedText(record.activity_id)];
  const { rows: attempts } = await client.query<Attempt>(ATTEMPTS, key);
  if (attempts.length === 0 && record.asked) await writeAsked(client, record.asked);
  const last = lastAttempt(record, attempts);
  if (!last) return;
  const { rows } = await client.query<AttemptDetail>(DETAIL, [last.uid]);
  if (!endedSo(record, rows[0]!)) return;
  const settled = settledBy(record, attempts);
  await client.query('SELECT count(*) FROM take_settled($1)', [
    JSON.stringify(settled.map((one, i) => ({ i, ...one, document: JSON.stringify(one) }))),
  ]);
}

async function writeAsked(client: Client, asked: AskedActivity): Promise<void> {
  const { run_id, namespace, workflow_id, workflow_type, activity_id, time } = asked;
  await client.query(
    'INSERT INTO execution (run_id, namespace, workflow_id, workflow_type) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [indexedText(run_id), storedText(namespace), indexedText(workflow_id), storedText(workflow_type)],
  );
  await client.query(
    `INSERT INTO asked_activity (execution_id, activity_id, time, document)
     SELECT id, $2, $3, $4 FROM execution WHERE run_id = $1 ON CONFLICT DO NOTHING`,
    [indexedText(run_id), indexedText(activity_id), time, JSON.stringify(asked)],
  );
}

async function writeAnswered(client: Client, { run_id, activity_id }: AnsweredRecord): Promise<void> {
  await client.query(
    `DELETE FROM asked_activity USING execution
     WHERE execution.run_id = $1 AND execution.id = asked_activity.execution_id AND activity_id = $2`,
    [indexedText(run_id), indexedText(activity_id)],
  );
}
