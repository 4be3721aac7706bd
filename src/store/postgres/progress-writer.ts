/**
 * Writes what happens while work is under way: decisions, checkpoints, logged lines, and the workflow's own view of how an
 * activity ended. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import { logOwner } from '../progress-reads';
import type { LogRecord, ResolutionRecord, WriteRecord } from '../store';
import type { Client } from './connection';
import { indexedText, storedText } from './text';

export type ProgressRecord = Extract<WriteRecord, { kind: 'resolution' | 'decision' | 'checkpoint' | 'log' }>;

export async function writeProgress(client: Client, record: ProgressRecord): Promise<void> {
  switch (record.kind) {
    case 'decision':
      return writeDecision(client, record.decision);
    case 'log':
      return writeLog(client, record);
    case 'resolution':
      return writeResolution(client, record);
    case 'checkpoint': {
      const { run_start, index, start_time, stop_time } = record.checkpoint;
      await client.query('INSERT INTO checkpoint VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
        indexedText(run_start),
        index,
        start_time,
        stop_time,
        JSON.stringify(record.checkpoint),
      ]);
    }
  }
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

async function writeLog(client: Client, { run_start, run_id, first, lines }: LogRecord): Promise<void> {
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
}

/** What the worker must have seen of the last attempt for the workflow's view to be of that attempt. */
const OBSERVED_AS: { readonly [outcome in ResolutionRecord['outcome']]: string | undefined } = {
  completed: 'success',
  failed: 'fail',
  canceled: 'abort',
  timed_out: undefined,
};

/** The last run of the activity has the outcome where what was observed agrees; earlier ones were superseded by it. */
async function writeResolution(client: Client, record: ResolutionRecord): Promise<void> {
  const { rows } = await client.query<{ uid: string; observed: string | null }>(
    `SELECT r.uid, s.exit_status AS observed FROM run r JOIN execution e ON e.id = r.execution_id
     LEFT JOIN stop s ON s.seq = r.seq
     WHERE e.run_id = $1 AND r.activity_id = $2 AND NOT EXISTS (SELECT FROM settled t WHERE t.seq = r.seq)
     ORDER BY r.seq DESC`,
    [indexedText(record.run_id), indexedText(record.activity_id)],
  );
  const [last, ...earlier] = rows;
  if (!last || last.observed === null || last.observed !== OBSERVED_AS[record.outcome]) return;
  const { time, outcome } = record;
  const settled = [
    { run_start: last.uid, time, outcome, evidence: { source: 'workflow' } },
    ...earlier.map(({ uid }) => ({
      run_start: uid,
      time,
      outcome: 'superseded',
      evidence: { source: 'store', reason: 'later_attempt', by: last.uid },
    })),
  ];
  await client.query('SELECT count(*) FROM take_settled($1)', [
    JSON.stringify(settled.map((one, i) => ({ i, ...one, document: JSON.stringify(one) }))),
  ]);
}
