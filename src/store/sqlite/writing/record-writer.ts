/**
 * Writes infrequent records: single rows, contents of environments, and ends of executions. Node only.
 * @module
 */
import type { Blob } from '../../../model/environment';
import type { ExecutionClose } from '../../../model/execution';
import { pack } from '../../content';
import { textDigest } from '../../integrity/digests';
import { logOwner } from '../../read/progress-reads';
import { rowOfRecord, unknownKind } from '../../records/rows';
import type { Database, Statement } from '../connection/connection';
import { CLOSED, DONE, type RowAnswer } from './answers';
import type { Chain } from './chain';
import type { OtherRecord } from './group-codec';
import type { References } from './references';
import type { RowWriter } from './row-writer';
import { INSERT_LATE_REPORT } from './run-writer';

/** Records that no other writer handles. */
type RareRecord = Exclude<
  OtherRecord,
  { kind: 'settled' | 'resolution' | 'answered' | 'checkpoint' | 'log' }
>;

/** Writes such records in the current transaction. */
export class RecordWriter {
  readonly #rows: RowWriter;
  readonly #references: References;
  readonly #chain: Chain;
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, parts: { rows: RowWriter; references: References; chain: Chain }) {
    this.#db = db;
    this.#rows = parts.rows;
    this.#references = parts.references;
    this.#chain = parts.chain;
  }

  write(record: RareRecord): RowAnswer {
    if (record.kind === 'execution-close') return this.#executionClose(record.close);
    const row = rowOfRecord(record);
    if (!row) return unknownKind(record);
    this.#rows.write(row);
    if (record.kind === 'environment' || record.kind === 'session') this.#blobs(record.blobs);
    return DONE;
  }

  /**
   * Updates an existing row if there is one: a row keeps both the latest report of the sandbox and the first report of the
   * server.
   */
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

  /** The report of the sandbox is kept next to that of the server, and never changes it. */
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

  #blobs(blobs: readonly Blob[] = []): void {
    for (const blob of blobs) {
      // Most contents exist already, because every start of a worker repeats them. Those are not compressed again.
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
