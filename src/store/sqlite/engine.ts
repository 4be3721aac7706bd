/**
 * A SQLite store on the calling thread: everything that `thread.ts` does for another thread. Node only.
 * @module
 */
import type { Linked } from '../interface/linking';
import type { TrimCounts } from '../interface/log-query';
import type { Author, StashChange, StashSnapshot } from '../interface/stash-changes';
import type { IndexPage } from '../interface/writing';
import { closeAtRest, closeInHaste, type Database, openDatabase } from './connection/connection';
import { isRecordFault, isStaleReference, storeError } from './connection/errors';
import { readIdentity, refuseMoved } from './identity/identity';
import { checkRevision, migrate } from './identity/migrate';
import { StoreState } from './identity/state';
import type { RowAnswer } from './writing/answers';
import { Chain } from './writing/chain';
import { decodeGroup, type Group, OPEN, type OtherRecord, type Row, STOP } from './writing/group-codec';
import { Labs } from './writing/labs';
import { Linking } from './writing/linking';
import { MetadataSets } from './writing/metadata-sets';
import { ProgressWriter } from './writing/progress-writer';
import { RecordWriter } from './writing/record-writer';
import { References } from './writing/references';
import { RowWriter } from './writing/row-writer';
import { RunWriter } from './writing/run-writer';
import { StashTable } from './writing/stash';
import { Transactions } from './writing/transaction';
import { ValueIndexer } from './writing/value-indexer';

/** The file to open for writing, and how. */
export interface EngineOptions {
  path: string;
  location: string;
  create: boolean;
  /** The previous handle was closed after a disk error. Its log is first moved into the database. */
  distrusted?: boolean;
}

/** Opens a store for writing. It creates and upgrades the store as needed. */
export class SqliteEngine {
  readonly database: Database;
  readonly #location: string;
  readonly #labs: Labs;
  readonly #runs: RunWriter;
  readonly #records: RecordWriter;
  readonly #progress: ProgressWriter;
  readonly #stash: StashTable;
  readonly #values: ValueIndexer;
  readonly #state: StoreState;
  readonly #transactions: Transactions;
  readonly #sets: MetadataSets;
  readonly #references: References;
  readonly #chain: Chain;
  readonly #linking: Linking;

  constructor(options: EngineOptions) {
    this.#location = options.location;
    const db = openDatabase(options.path, options.location, { mode: 'write', create: options.create });
    this.database = db;
    try {
      if (options.distrusted) db.pragma('wal_checkpoint(TRUNCATE)');
      // A store that was moved is not upgraded.
      if (checkRevision(db, options.location) > 0)
        refuseMoved(readIdentity(db, options.location), options.location);
      migrate(db, options.location);
      this.#state = new StoreState(db, options);
      this.#labs = new Labs(db);
      this.#references = new References(db);
      this.#sets = new MetadataSets(db);
      this.#chain = new Chain(db);
      this.#transactions = new Transactions(db, this.#state, [
        this.#labs,
        this.#references,
        this.#sets,
        this.#chain,
      ]);
      const rows = new RowWriter(db, this.#chain);
      const parts = {
        labs: this.#labs,
        sets: this.#sets,
        references: this.#references,
        chain: this.#chain,
        rows,
      };
      this.#runs = new RunWriter(db, parts);
      this.#records = new RecordWriter(db, parts);
      this.#progress = new ProgressWriter(db, {
        rows,
        settle: (document) => this.#runs.settle(document),
      });
      this.#linking = new Linking(db, this.#transactions);
      this.#values = new ValueIndexer(db, this.#transactions);
      this.#stash = new StashTable(db, this.#labs, this.#transactions);
    } catch (error) {
      db.close();
      throw storeError(error, options.location);
    }
  }

  /** The storage id as of the last transaction. */
  get storage_id(): string {
    return this.#state.storage_id;
  }

  /** Writes one transaction and returns its answers in order. Throws if none of it was stored. */
  write(group: Group): RowAnswer[] {
    const rows = decodeGroup(group);
    try {
      return this.#transactions.run((state_id) => rows.map((row) => this.#apply(row, state_id)));
    } catch (error) {
      if (!isRecordFault(error)) throw storeError(error, this.#location);
    }
    return this.#writeOneByOne(rows);
  }

  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected?: number,
  ): StashSnapshot {
    return this.#guard(() => this.#stash.change(lab, changes, author, expected));
  }

  trimProgress(before: number, limit: number): TrimCounts {
    return this.#guard(() => this.#transactions.run(() => this.#progress.trim(before, limit)));
  }

  /**
   * Derives one page of links in its own transaction.
   * @throws (rejects) STORE_BUSY if another process is writing
   */
  link(limit: number): Promise<Linked> {
    return this.#guardAsync(this.#linking.link(limit));
  }

  /**
   * Deletes all links; later pages derive them again.
   * @throws (rejects) STORE_BUSY if another process is writing
   */
  forgetLinks(): Promise<void> {
    return this.#guardAsync(this.#linking.forget());
  }

  /**
   * Indexes one page in its own transaction.
   * @throws (rejects) STORE_BUSY if another process is writing
   */
  async indexValues(page: IndexPage): Promise<boolean> {
    try {
      return await this.#values.page(page);
    } catch (error) {
      throw storeError(error, this.#location);
    }
  }

  /** Closes the store and moves its log into the database file, unless a reader blocks that. */
  close(): void {
    closeAtRest(this.database);
  }

  /** Closes the store after a failure, or if the file was replaced. It changes as little as possible. */
  giveUp(): void {
    closeInHaste(this.database);
  }

  /** Writes each record with its own savepoint, because one record of the group can't be stored. */
  #writeOneByOne(rows: readonly Row[]): RowAnswer[] {
    return this.#guard(() =>
      this.#transactions.run((state_id) => rows.map((row) => this.#applyAlone(row, state_id, true))),
    );
  }

  #applyAlone(row: Row, state_id: number, again: boolean): RowAnswer {
    this.database.exec('SAVEPOINT record');
    const mark = this.#chain.mark;
    try {
      const answer = this.#apply(row, state_id);
      this.#labs.finish();
      this.#sets.finish();
      this.database.exec('RELEASE record');
      return answer;
    } catch (error) {
      if (!isRecordFault(error)) throw error;
      this.database.exec('ROLLBACK TO record; RELEASE record');
      for (const part of [this.#labs, this.#references, this.#sets]) part.forget();
      this.#chain.cut(mark);
      if (again && isStaleReference(error)) return this.#applyAlone(row, state_id, false);
      return error instanceof Error ? error.message : String(error);
    }
  }

  #apply(row: Row, state_id: number): RowAnswer {
    if (row.code === OPEN) return this.#runs.open(row, state_id);
    if (row.code === STOP) return this.#runs.stop(row);
    return this.#applyOther(row.record);
  }

  #applyOther(record: OtherRecord): RowAnswer {
    switch (record.kind) {
      case 'settled':
        return this.#runs.settle(record.document);
      case 'resolution':
        return this.#progress.resolution(record);
      case 'answered':
        return this.#progress.answered(record);
      case 'checkpoint':
        return this.#progress.checkpoint(record.checkpoint);
      case 'log':
        return this.#progress.log(record);
      default:
        return this.#records.write(record);
    }
  }

  async #guardAsync<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw storeError(error, this.#location);
    }
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw storeError(error, this.#location);
    }
  }
}
