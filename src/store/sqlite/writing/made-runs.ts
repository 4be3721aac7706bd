/**
 * Runs that were reconstructed from Temporal's facts because no worker's record had arrived. If the record arrives later from a
 * spool, it replaces the reconstructed run: an attempt has one run. Node only.
 * @module
 */
import { hostname } from 'node:os';
import type { SettledDocument } from '../../../model/documents';
import { type StartRow, startDigest, textDigest } from '../../integrity/digests';
import { runNode } from '../../link-nodes';
import { replacedBy } from '../../tombstones';
import { removeRunValues } from '../../value-index/rows';
import type { Database, Statement } from '../connection/connection';
import { SQLITE } from '../search';
import type { Chain } from './chain';
import type { RunRow } from './group-codec';
import { writeTombstone } from './tombstones';
import { doWork } from './value-indexer';

interface MadeRun extends StartRow {
  seq: number;
  settled: string | null;
  settled_time: number | null;
  outcome: string | null;
}

/** A settled state that is moved to another run. */
interface CarriedSettled {
  time: number;
  outcome: string;
  document: string;
}

/** Temporal passes times to a worker in whole milliseconds. */
const ROUNDING_S = 0.001;

/**
 * Finds the reconstructed run of the same attempt. Its activity was scheduled earlier and had not ended. If both runs name a
 * worker, it must be the same.
 */
const FIND = `SELECT r.seq, r.uid, r.time, r.scan_id, r.state_id, r.retry_of, r.own, r.facts, m.digest AS metadata_digest,
    s.document AS settled, s.time AS settled_time, s.outcome
  FROM run r JOIN metadata m ON m.id = r.metadata_id LEFT JOIN settled s ON s.seq = r.seq
  WHERE r.execution_id = @execution AND r.activity_id = @activity AND r.attempt = @attempt AND r.uid <> @uid
    AND r.facts ->> '$.provenance.origin' IS NOT NULL
    AND r.scheduled_time <= @scheduled + ${ROUNDING_S} AND coalesce(s.time, @scheduled) >= @scheduled - ${ROUNDING_S}
    AND coalesce(r.facts ->> '$.temporal.worker.identity', @worker, '') = coalesce(@worker, r.facts ->> '$.temporal.worker.identity', '')
  ORDER BY r.scheduled_time DESC, r.seq DESC LIMIT 1`;

const FIND_RECORDED = `SELECT 1 FROM run r WHERE r.execution_id = @execution AND r.activity_id = @activity AND r.attempt = @attempt
  AND r.uid <> @uid AND r.facts ->> '$.provenance.origin' IS NULL AND r.scheduled_time >= @scheduled - ${ROUNDING_S}`;

/** Finds and replaces reconstructed runs. */
export class MadeRuns {
  readonly #db: Database;
  readonly #chain: Chain;
  #find: Statement | undefined;
  #findRecorded: Statement | undefined;

  constructor(db: Database, chain: Chain) {
    this.#db = db;
    this.#chain = chain;
  }

  /** True if a worker's record of the attempt exists. The run is then not reconstructed. */
  isRecorded(row: RunRow, execution_id: number | null): boolean {
    this.#findRecorded ??= this.#db.prepare(FIND_RECORDED);
    const { worker: _, ...attempt } = attemptOf(row, execution_id);
    return this.#findRecorded.get(attempt) !== undefined;
  }

  /**
   * Deletes the run that was reconstructed in place of `row`, whose number is now `seq`.
   * @returns the end that history reported for it
   */
  replace(row: RunRow, seq: number, execution_id: number | null): CarriedSettled | undefined {
    this.#find ??= this.#db.prepare(FIND);
    const made = this.#find.get(attemptOf(row, execution_id)) as MadeRun | undefined;
    if (made === undefined) return undefined;
    this.#remove(made, replacedBy(row.uid));
    this.#moveLinks(made.seq, seq);
    return carried(made, row.uid);
  }

  /**
   * Links from the reconstructed run now start at the worker's run. Links to it are derived again from the facts of the worker's
   * run.
   */
  #moveLinks(made: number, own: number): void {
    const [from, to] = [runNode(made), runNode(own)];
    const run = (sql: string, ...values: unknown[]) => this.#db.prepare(sql).run(...values);
    for (const table of ['link', 'link_path']) run(`DELETE FROM ${table} WHERE later = ?`, from);
    // Paths come first, because they are found by the links.
    const paths = 'later IN (SELECT later FROM link WHERE earlier = ?) AND earlier = ?';
    run(`UPDATE OR IGNORE link_path SET earlier = ? WHERE ${paths}`, to, from, from);
    run(`DELETE FROM link_path WHERE ${paths}`, from, from);
    run('UPDATE OR IGNORE link SET earlier = ? WHERE earlier = ?', to, from);
    run('DELETE FROM link WHERE earlier = ?', from);
    run('DELETE FROM wanted_link WHERE later = ?', from);
    for (const table of ['run_data', 'run_value', 'link_todo'])
      run(`DELETE FROM ${table} WHERE seq = ?`, made);
  }

  #remove(made: MadeRun, reason: string): void {
    const { seq, uid, time, settled, settled_time } = made;
    const author = JSON.stringify({ name: 'temporal-provenance', host: hostname(), pid: process.pid });
    const start = {
      what: 'start',
      ref: seq,
      name: uid,
      document_time: time,
      digest: startDigest(made),
      reason,
    };
    writeTombstone(this.#db, this.#chain, start, author);
    if (settled !== null) {
      const end = {
        what: 'settled',
        ref: seq,
        name: uid,
        document_time: settled_time,
        digest: textDigest(settled),
        reason,
      };
      writeTombstone(this.#db, this.#chain, end, author);
    }
    const run = (sql: string, ...values: unknown[]) => this.#db.prepare(sql).run(...values);
    if (made.own !== null) this.#removeFields(seq);
    doWork(this.#db, removeRunValues(SQLITE, [seq]));
    for (const table of ['open_run', 'settled', 'stop']) run(`DELETE FROM ${table} WHERE seq = ?`, seq);
    run('DELETE FROM run WHERE seq = ?', seq);
  }

  /** This scans the whole table. It is rare, and no index begins with the run. */
  #removeFields(seq: number): void {
    const removed = this.#db
      .prepare('DELETE FROM run_field WHERE seq = ? RETURNING path_id')
      .pluck()
      .all(seq);
    const count = this.#db.prepare('UPDATE path SET in_runs = in_runs - 1 WHERE id = ?');
    for (const path_id of removed) count.run(path_id);
  }
}

function attemptOf(row: RunRow, execution_id: number | null) {
  const { temporal } = JSON.parse(row.facts) as { temporal?: { worker?: { identity?: string } } };
  return {
    execution: execution_id,
    activity: row.activity_id,
    attempt: row.attempt,
    uid: row.uid,
    scheduled: row.scheduled_time,
    worker: temporal?.worker?.identity ?? null,
  };
}

/** An end that only a workflow reported is not kept, because it names no attempt. */
function carried({ uid, settled, settled_time, outcome }: MadeRun, own: string): CarriedSettled | undefined {
  if (settled === null) return undefined;
  const { evidence } = JSON.parse(settled) as SettledDocument;
  if (evidence.source === 'workflow') return undefined;
  const document = settled.replaceAll(JSON.stringify(uid), JSON.stringify(own));
  return { time: settled_time!, outcome: outcome!, document };
}
