/**
 * Writes what is rare: executions, contexts, environments, sessions, refusals, losses. Node only.
 * @module
 */
import type { Blob, Environment, WorkerSession } from '../../model/environment';
import type { ExecutionClose, ExecutionStart } from '../../model/execution';
import { pack } from '../content';
import { textDigest } from '../integrity/digests';
import type { ContextRecord, LossRecord, RefusalRecord } from '../interface/written';
import { logOwner } from '../read/progress-reads';
import { refusedIn } from '../read/refusals';
import { CLOSED, DONE, type RowAnswer } from './answers';
import type { Chain } from './chain';
import type { Database, Statement } from './connection';
import type { OtherRecord } from './group';
import type { Labs } from './labs';
import type { References } from './references';
import { INSERT_LATE_REPORT } from './run-writer';

/** What no other writer takes. */
type RareRecord = Exclude<
  OtherRecord,
  { kind: 'settled' | 'resolution' | 'answered' | 'decision' | 'checkpoint' | 'log' | 'document' }
>;

/** Writes such records in the transaction that is under way. */
export class RecordWriter {
  readonly #labs: Labs;
  readonly #references: References;
  readonly #chain: Chain;
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, parts: { labs: Labs; references: References; chain: Chain }) {
    this.#db = db;
    this.#labs = parts.labs;
    this.#references = parts.references;
    this.#chain = parts.chain;
  }

  write(record: RareRecord): RowAnswer {
    switch (record.kind) {
      case 'execution':
        return this.#execution(record.start);
      case 'execution-close':
        return this.#executionClose(record.close);
      case 'context':
        return this.#context(record);
      case 'environment':
        return this.#environment(record.environment, record.blobs);
      case 'session':
        return this.#session(record.session, record.blobs);
      case 'refusal':
        return this.#refusal(record);
      case 'loss':
        return this.#loss(record);
      default:
        return `records of kind '${(record as { kind: string }).kind}' are not known to this release`;
    }
  }

  /** The first telling stands, except that a stub gets its facts. */
  #execution(start: ExecutionStart): RowAnswer {
    const id = this.#references.execution(
      start.run_id,
      start.namespace,
      start.workflow_id,
      start.workflow_type,
    );
    this.#run(
      `UPDATE execution SET first_run_id = ?, parent_run_id = ?, start_time = ?, start = ? WHERE id = ? AND start IS NULL`,
      start.first_execution_run_id,
      start.parent?.run_id ?? null,
      start.start_time,
      JSON.stringify(start),
      id,
    );
    return DONE;
  }

  #executionClose(close: ExecutionClose): RowAnswer {
    const id = this.#references.execution(close.run_id, close.namespace, close.workflow_id, '');
    const text = JSON.stringify(close);
    if (close.origin !== 'server') return this.#observedClose(id, close, text);
    const { changes } = this.#run(
      'UPDATE execution SET settled = ?, close_time = ?, status = ? WHERE id = ? AND settled IS NULL',
      text,
      close.close_time,
      close.status,
      id,
    );
    if (changes > 0) {
      this.#chain.add('execution', id, textDigest(text));
      return DONE;
    }
    const row = this.#statement('SELECT settled FROM execution WHERE id = ?').get(id) as { settled: string };
    if (row.settled === text) return DONE;
    if (JSON.parse(row.settled).status !== close.status)
      this.#run(INSERT_LATE_REPORT, logOwner(close), 'execution-close', textDigest(text), text);
    return CLOSED;
  }

  /** What the sandbox saw is kept beside the server's word, and never changes it. */
  #observedClose(id: number, close: ExecutionClose, text: string): RowAnswer {
    this.#run(
      `UPDATE execution SET observed = ?, close_time = iif(settled IS NULL, ?, close_time), status = iif(settled IS NULL, ?, status)
       WHERE id = ?`,
      text,
      close.close_time,
      close.status,
      id,
    );
    return DONE;
  }

  #context(record: ContextRecord): RowAnswer {
    this.#run(
      'INSERT INTO context (run_id, n, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      record.run_id,
      record.n,
      record.document,
    );
    return DONE;
  }

  #environment(environment: Environment, blobs: readonly Blob[]): RowAnswer {
    const id = this.#references.environment(environment.id);
    const document = JSON.stringify(environment);
    const { changes } = this.#run(
      'UPDATE environment SET code_id = ?, document = ? WHERE id = ? AND document IS NULL',
      environment.code_id,
      document,
      id,
    );
    if (changes > 0) this.#chain.add('environment', id!, textDigest(document));
    this.#blobs(blobs);
    return DONE;
  }

  #blobs(blobs: readonly Blob[]): void {
    for (const blob of blobs) {
      // Looked for first: what a worker's every start brings again need not be compressed again.
      if (this.#statement('SELECT 1 FROM blob WHERE digest = ?').get(blob.digest)) continue;
      const { media_type, bytes } = pack(blob);
      this.#run(
        'INSERT INTO blob (digest, media_type, bytes) VALUES (?, ?, ?)',
        blob.digest,
        media_type,
        bytes,
      );
    }
  }

  /** Written at the start of a worker and again at its end; a stop time is never lost. */
  #session(session: WorkerSession, blobs: readonly Blob[] = []): RowAnswer {
    const id = this.#references.session(session.session_id);
    this.#run(
      `UPDATE worker_session SET start_time = ?, stop_time = ?, document = ?
       WHERE id = ? AND (stop_time IS NULL OR ? IS NOT NULL)`,
      session.start_time,
      session.stop_time ?? null,
      JSON.stringify(session),
      id,
      session.stop_time ?? null,
    );
    this.#blobs(blobs);
    return DONE;
  }

  #refusal(record: RefusalRecord): RowAnswer {
    this.#run(
      `INSERT INTO refusal (refusal_id, time, lab_id, run_id, issues, document) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      record.refusal_id,
      record.time,
      this.#labs.get(record.lab).id,
      refusedIn(record),
      JSON.stringify(record.issues),
      record.document,
    );
    return DONE;
  }

  #loss(record: LossRecord): RowAnswer {
    this.#run(
      `INSERT INTO loss (session_id, loss, count, time, detail) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, time = excluded.time, detail = excluded.detail
       WHERE excluded.time > time`,
      record.session_id ?? '',
      record.loss,
      record.count,
      record.time,
      record.detail,
    );
    return DONE;
  }

  #run(sql: string, ...values: unknown[]): { changes: number } {
    return this.#statement(sql).run(...values);
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql) as Statement;
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
