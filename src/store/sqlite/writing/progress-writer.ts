/**
 * Writes progress records that change more than one row. They are checkpoints and logged lines, which have limits, and the
 * workflow's own view of how an activity ended. Node only.
 * @module
 */
import type { SettledDocument } from '../../../model/documents';
import { type Checkpoint, checkpointStride } from '../../../model/progress';
import type { TrimCounts } from '../../interface/log-query';
import type { AnsweredRecord, LogRecord, ResolutionRecord } from '../../interface/written';
import { storedText } from '../../marked-text';
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
import type { Database, Statement } from '../connection/connection';
import { DONE, type RowAnswer } from './answers';
import type { RowWriter } from './row-writer';

/**
 * Keeps each checkpoint whose number is a multiple of the stride, the last one, and the longest. A resolution compares the
 * longest with the heartbeat timeout.
 */
const THIN_CHECKPOINTS = `DELETE FROM checkpoint
  WHERE run_start = @run_start AND ordinal < @last AND ordinal % @stride <> 0
    AND ordinal <> (SELECT ordinal FROM checkpoint WHERE run_start = @run_start
      ORDER BY stop_time - start_time DESC, ordinal LIMIT 1)`;

/** Writes such records in the current transaction. */
export class ProgressWriter {
  readonly #rows: RowWriter;
  readonly #oldCheckpoints: Statement;
  readonly #oldLines: Statement;
  readonly #lastCheckpoint: Statement;
  readonly #thin: Statement;
  readonly #line: Statement;
  readonly #trim: Statement;
  readonly #attempts: Statement;
  readonly #detail: Statement;
  readonly #answer: Statement;
  readonly #settle: (document: SettledDocument) => RowAnswer;

  constructor(db: Database, parts: { rows: RowWriter; settle: (document: SettledDocument) => RowAnswer }) {
    this.#rows = parts.rows;
    this.#settle = parts.settle;
    const old = (table: string, time: string) =>
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${time} < ? LIMIT ?)`;
    this.#oldCheckpoints = db.prepare(old('checkpoint', 'stop_time'));
    this.#oldLines = db.prepare(old('log_line', 'time'));
    this.#lastCheckpoint = db.prepare('SELECT max(ordinal) FROM checkpoint WHERE run_start = ?').pluck();
    this.#thin = db.prepare(THIN_CHECKPOINTS);
    this.#line = db.prepare('INSERT INTO log_line VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#answer = db.prepare(
      `DELETE FROM asked_activity WHERE activity_id = ?
         AND execution_id = (SELECT id FROM execution WHERE run_id = ?)`,
    );
    this.#trim = db.prepare('DELETE FROM log_line WHERE owner = ? AND ordinal < ?');
    this.#attempts = db.prepare(attemptsQuery('?', '?'));
    this.#detail = db.prepare(detailQuery('?'));
  }

  checkpoint(checkpoint: Checkpoint): RowAnswer {
    const { run_start } = checkpoint;
    this.#rows.write(checkpointRow(checkpoint));
    const last = this.#lastCheckpoint.get(run_start) as number;
    const stride = checkpointStride(last);
    // Checkpoints of the whole run are kept, but fewer: docs/design/recording.md#while-work-runs.
    if (stride > 1) this.#thin.run({ run_start, last, stride });
    return DONE;
  }

  /** Deletes older rows, at most `limit` of each table. */
  trim(before: number, limit: number): TrimCounts {
    return {
      checkpoints: this.#oldCheckpoints.run(before, limit).changes,
      lines: this.#oldLines.run(before, limit).changes,
    };
  }

  log({ run_start, run_id, first, lines, keep_from }: LogRecord): RowAnswer {
    const owner = run_start !== null ? logOwner({ run_start }) : logOwner({ run_id: run_id ?? '' });
    for (const [offset, { time, level, message, attributes }] of lines.entries()) {
      this.#line.run(
        owner,
        first + offset,
        time,
        level,
        storedText(message),
        attributes ? JSON.stringify(attributes) : null,
      );
    }
    if (keep_from > 0) this.#trim.run(owner, keep_from);
    return DONE;
  }

  /**
   * If it is certain that the outcome belongs to the last run of the activity, that run receives it. Earlier runs are settled as
   * superseded.
   */
  resolution(record: ResolutionRecord): RowAnswer {
    const attempts = this.#attempts.all(record.run_id, record.activity_id) as Attempt[];
    if (attempts.length === 0 && record.asked) this.#rows.write(askedRow(record.asked));
    const last = lastAttempt(record, attempts);
    if (!last || !endedSo(record, this.#detail.get(last.uid) as AttemptDetail)) return DONE;
    for (const document of settledBy(record, attempts)) this.#settle(document);
    return DONE;
  }

  answered({ run_id, activity_id }: AnsweredRecord): RowAnswer {
    this.#answer.run(activity_id, run_id);
    return DONE;
  }
}
