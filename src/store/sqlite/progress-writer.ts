/**
 * Writes what happens while work is under way: decisions, checkpoints, logged lines, and the workflow's own view of how an
 * activity ended. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import type { Outcome, SettledDocument } from '../../model/documents';
import type { Checkpoint } from '../../model/progress';
import { logOwner } from '../progress-reads';
import type { LogRecord, ResolutionRecord } from '../store';
import { DONE, type RowAnswer } from './answers';
import type { Database, Statement } from './connection';
import type { References } from './references';

interface UnsettledAttempt {
  uid: string;
  observed: string | null;
}

/** What the worker must have seen of the last attempt for the workflow's view to be of that attempt. */
const OBSERVED_AS: { readonly [outcome in ResolutionRecord['outcome']]: string | undefined } = {
  completed: 'success',
  failed: 'fail',
  canceled: 'abort',
  timed_out: undefined,
};

export class ProgressWriter {
  readonly #references: References;
  readonly #decision: Statement;
  readonly #checkpoint: Statement;
  readonly #line: Statement;
  readonly #trim: Statement;
  readonly #unsettled: Statement;
  readonly #settle: (document: SettledDocument) => RowAnswer;

  constructor(
    db: Database,
    parts: { references: References; settle: (document: SettledDocument) => RowAnswer },
  ) {
    this.#references = parts.references;
    this.#settle = parts.settle;
    this.#decision = db.prepare(
      `INSERT INTO decision (execution_id, kind, ordinal, time, name, document) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET time = excluded.time, document = excluded.document WHERE document NOT LIKE '%"origin":"history"%'`,
    );
    this.#checkpoint = db.prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#line = db.prepare('INSERT INTO log_line VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#trim = db.prepare('DELETE FROM log_line WHERE owner = ? AND ordinal < ?');
    this.#unsettled = db.prepare(
      `SELECT run.uid, stop.exit_status AS observed FROM run LEFT JOIN stop ON stop.seq = run.seq
       WHERE execution_id = ? AND activity_id = ?
         AND NOT EXISTS (SELECT 1 FROM settled WHERE settled.seq = run.seq) ORDER BY run.seq DESC`,
    );
  }

  /** What history tells (with who decided) replaces what the sandbox saw, never the reverse. */
  decision(decision: Decision): RowAnswer {
    const execution = this.#references.execution(
      decision.run_id,
      decision.namespace,
      decision.workflow_id,
      '',
    );
    const { kind, ordinal, time, name } = decision;
    this.#decision.run(execution, kind, ordinal, time, name ?? null, JSON.stringify(decision));
    return DONE;
  }

  checkpoint(checkpoint: Checkpoint): RowAnswer {
    const { run_start, index, start_time, stop_time } = checkpoint;
    this.#checkpoint.run(run_start, index, start_time, stop_time, JSON.stringify(checkpoint));
    return DONE;
  }

  log({ run_start, run_id, first, lines, keep_from }: LogRecord): RowAnswer {
    const owner = run_start !== null ? logOwner({ run_start }) : logOwner({ run_id: run_id ?? '' });
    for (const [offset, { time, level, message, attributes }] of lines.entries()) {
      this.#line.run(
        owner,
        first + offset,
        time,
        level,
        message,
        attributes ? JSON.stringify(attributes) : null,
      );
    }
    if (keep_from > 0) this.#trim.run(owner, keep_from);
    return DONE;
  }

  /**
   * The last run of the activity has the outcome; earlier ones without one were superseded by it. The workflow does not
   * know which attempt it was, and another process's record may still be on its way: where what was observed does not agree,
   * nothing is concluded and `reconcile` asks the server.
   */
  resolution({ run_id, activity_id, time, outcome }: ResolutionRecord): RowAnswer {
    const execution = this.#references.knownExecution(run_id);
    if (execution === undefined) return DONE; // no run of it here: another worker's, or not captured
    const [last, ...earlier] = this.#unsettled.all(execution, activity_id) as UnsettledAttempt[];
    if (!last || last.observed === null || last.observed !== OBSERVED_AS[outcome]) return DONE;
    const settle = (uid: string, of: Outcome, evidence: SettledDocument['evidence']): RowAnswer =>
      this.#settle({ run_start: uid, time, outcome: of, evidence });
    settle(last.uid, outcome, { source: 'workflow' });
    for (const { uid } of earlier)
      settle(uid, 'superseded', { source: 'store', reason: 'later_attempt', by: last.uid });
    return DONE;
  }
}
