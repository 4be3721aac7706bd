/**
 * Writes runs: start, stop, settled. Each is inserted once; writing it again changes nothing. Node only.
 * @module
 */
import type { SettledDocument } from '../../../model/documents';
import { EVIDENCE, LINK_KINDS } from '../../../model/link';
import { startDigest, textDigest } from '../../integrity/digests';
import type { LateReport } from '../../interface/settling';
import { runNode } from '../../link-nodes';
import { completesElsewhere } from '../../read/documents';
import type { Database, Statement } from '../connection/connection';
import { CLOSED, DONE, NO_RUN, type RowAnswer } from './answers';
import type { Chain } from './chain';
import type { RunRow, StopRow } from './group-codec';
import type { Labs } from './labs';
import { MadeRuns } from './made-runs';
import type { MetadataSets } from './metadata-sets';
import type { References } from './references';
import { ScanNumbers } from './scan-numbers';

interface Attempt {
  seq: number;
  uid: string;
  scan_id: number | null;
}

const INSERT_RUN = `INSERT INTO run (uid, time, lab_id, scan_id, metadata_id, kind_id, execution_id, environment_id, session_id,
  activity_id, attempt, scheduled_time, state_id, retry_of, facts, own, activity_run_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO NOTHING`;

/** Its values are owner (`logOwner`), kind, digest and document. */
export const INSERT_LATE_REPORT =
  'INSERT INTO late_report (owner, kind, digest, document) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';

interface RunWriterParts {
  labs: Labs;
  sets: MetadataSets;
  references: References;
  chain: Chain;
}

/** Writes runs in the current transaction. */
export class RunWriter {
  readonly #labs: Labs;
  readonly #sets: MetadataSets;
  readonly #references: References;
  readonly #chain: Chain;
  readonly #insertRun: Statement;
  readonly #findRun: Statement;
  readonly #previous: Statement;
  readonly #previousStandalone: Statement;
  readonly #insertOpen: Statement;
  readonly #deleteOpen: Statement;
  readonly #insertStop: Statement;
  readonly #findStop: Statement;
  readonly #insertSettled: Statement;
  readonly #findSettled: Statement;
  readonly #link: Statement;
  readonly #lateReport: Statement;
  readonly #numbers: ScanNumbers;
  readonly #made: MadeRuns;

  constructor(db: Database, parts: RunWriterParts) {
    this.#labs = parts.labs;
    this.#sets = parts.sets;
    this.#references = parts.references;
    this.#chain = parts.chain;
    this.#numbers = new ScanNumbers(db, parts.labs);
    this.#made = new MadeRuns(db, parts.chain);
    this.#insertRun = db.prepare(INSERT_RUN);
    this.#findRun = db.prepare('SELECT seq, uid, scan_id, state_id, retry_of FROM run WHERE uid = ?');
    const previous = (owner: string) =>
      db.prepare(
        `SELECT seq, uid, scan_id FROM run WHERE ${owner} = ? AND activity_id = ? AND attempt = ? AND uid <> ?
         ORDER BY seq DESC LIMIT 1`,
      );
    this.#previous = previous('execution_id');
    this.#previousStandalone = previous('activity_run_id');
    this.#insertOpen = db.prepare('INSERT INTO open_run VALUES (?)');
    this.#deleteOpen = db.prepare('DELETE FROM open_run WHERE seq = ?');
    this.#insertStop = db.prepare(
      `INSERT INTO stop (seq, uid, time, exit_status, document) SELECT seq, ?, ?, ?, ? FROM run WHERE uid = ?
       ON CONFLICT (seq) DO NOTHING`,
    );
    this.#findStop = db.prepare('SELECT uid FROM stop WHERE seq = ?').pluck();
    this.#insertSettled = db.prepare('INSERT INTO settled VALUES (?, ?, ?, ?)');
    this.#findSettled = db.prepare('SELECT document FROM settled WHERE seq = ?').pluck();
    this.#lateReport = db.prepare(INSERT_LATE_REPORT);
    this.#link = db.prepare(
      `INSERT OR IGNORE INTO link VALUES (?, ?, ${LINK_KINDS['retry-of']}, ${EVIDENCE.temporal})`,
    );
  }

  open(row: RunRow, state_id: number): RowAnswer {
    const lab = this.#labs.get(row.lab);
    // See docs/decisions/0004.
    if (row.stash_version !== null && row.stash_version !== lab.stash_version) {
      return this.#opened(row.uid) ?? this.#labs.snapshot(row.lab);
    }
    const metadata = this.#sets.store(row.metadata);
    const execution_id = this.#execution(row);
    if (row.made && this.#made.isRecorded(row, execution_id)) return CLOSED;
    const before = row.attempt > 1 ? this.#attemptBefore(row, execution_id) : undefined;
    const number = this.#numbers.of(row, lab, before?.scan_id ?? null);
    const { scan_id } = number;
    const retry_of = before?.uid ?? row.retry_of;
    const { changes, lastInsertRowid } = this.#insertRun.run(
      row.uid,
      row.time,
      lab.id,
      scan_id,
      metadata.metadata_id,
      this.#references.kind(row.kind),
      execution_id,
      this.#references.environment(row.environment_id),
      this.#references.session(row.session_id),
      row.activity_id,
      row.attempt,
      row.scheduled_time,
      state_id,
      retry_of,
      row.facts,
      metadata.own,
      row.activity_run_id,
    );
    if (changes === 0) return this.#opened(row.uid)!;
    const seq = Number(lastInsertRowid);
    const { uid, time, facts } = row;
    const { digest: metadata_digest, own } = metadata;
    this.#chain.add(
      'start',
      seq,
      startDigest({ uid, time, scan_id, state_id, retry_of, metadata_digest, own, facts }),
    );
    this.#numbers.take(number, row, lab);
    this.#insertOpen.run(seq);
    if (metadata.entries.length > 0) this.#sets.index(seq, metadata.entries);
    if (before) this.#link.run(runNode(before.seq), runNode(seq));
    if (row.late) this.#replaceMade(row, seq, execution_id);
    return [seq, scan_id, state_id, retry_of];
  }

  /** The reconstructed run may have an end that history reported. It is moved to this run. */
  #replaceMade(row: RunRow, seq: number, execution_id: number | null): void {
    const settled = this.#made.replace(row, seq, execution_id);
    if (!settled) return;
    this.#insertSettled.run(seq, settled.time, settled.outcome, settled.document);
    this.#deleteOpen.run(seq);
    this.#chain.add('settled', seq, textDigest(settled.document));
  }

  stop(row: StopRow): RowAnswer {
    const { uid, run_start, time, exit_status, document } = row;
    const { changes, lastInsertRowid } = this.#insertStop.run(uid, time, exit_status, document, run_start);
    if (changes > 0) {
      if (!completesElsewhere(document)) this.#deleteOpen.run(lastInsertRowid);
      this.#chain.add('stop', Number(lastInsertRowid), textDigest(document));
      return DONE;
    }
    const run = this.#findRun.get(run_start) as Attempt | undefined;
    if (!run) return NO_RUN;
    if (this.#findStop.get(run.seq) === uid) return DONE;
    this.#late(run_start, 'stop', document);
    return CLOSED;
  }

  settle(document: SettledDocument): RowAnswer {
    const run = this.#findRun.get(document.run_start) as Attempt | undefined;
    if (!run) return NO_RUN;
    const text = JSON.stringify(document);
    const settled = this.#findSettled.get(run.seq);
    if (settled === text) return DONE;
    if (typeof settled === 'string') {
      if (JSON.parse(settled).outcome !== document.outcome) this.#late(run.uid, 'settled', text);
      return CLOSED;
    }
    this.#insertSettled.run(run.seq, document.time, document.outcome, text);
    this.#deleteOpen.run(run.seq);
    this.#chain.add('settled', run.seq, textDigest(text));
    return DONE;
  }

  /** Stores a report that contradicts the final state, once. */
  #late(owner: string, kind: LateReport['kind'], document: string): void {
    // See docs/design/settlement.md#observed-and-settled.
    this.#lateReport.run(owner, kind, textDigest(document), document);
  }

  /** Returns the answer for a run that is already in the store. */
  #opened(uid: string): RowAnswer | undefined {
    const run = this.#findRun.get(uid) as
      | (Attempt & { state_id: number; retry_of: string | null })
      | undefined;
    return run && [run.seq, run.scan_id, run.state_id, run.retry_of];
  }

  #execution(row: RunRow): number | null {
    if (row.run_id === null) return null;
    const known = this.#references.knownExecution(row.run_id);
    if (known !== undefined) return known;
    const [namespace, workflow_type] = JSON.parse(row.kind);
    return this.#references.execution(row.run_id, namespace, row.workflow_id ?? '', workflow_type);
  }

  #attemptBefore(row: RunRow, execution_id: number | null): Attempt | undefined {
    const given = row.retry_of === null ? undefined : this.#findRun.get(row.retry_of);
    if (given) return given as Attempt;
    const find = execution_id === null ? this.#previousStandalone : this.#previous;
    const owner = execution_id ?? row.activity_run_id;
    return find.get(owner, row.activity_id, row.attempt - 1, row.uid) as Attempt | undefined;
  }
}
