/**
 * The SQLite store that is moved. While it is copied, no other process can write to it. The records of its workers wait in their
 * spool, so no record is silently missing from the copy. At the end the store is marked as moved, or left unchanged. Node only.
 * @module
 */
import { hostname } from 'node:os';
import { ProvenanceError } from '../../errors';
import type { StoreIdentity } from '../../store/identity';
import { LATEST_REVISION } from '../../store/migrations';
import type { StoredTable } from '../../store/records/table';
import {
  BUSY_TIMEOUT_MS,
  closeAtRest,
  type Database,
  openDatabase,
} from '../../store/sqlite/connection/connection';
import { storeError } from '../../store/sqlite/connection/errors';
import { fileIdentity, readIdentity } from '../../store/sqlite/identity/identity';

/** The file, as the copy's history of places names it. */
interface SourcePlace {
  file: string;
  host: string;
  path: string;
}

/** The store that is being moved. */
export class TransferSource {
  readonly location: string;
  readonly identity: StoreIdentity;
  readonly place: SourcePlace;
  /** False for a file that can't be written. Writers are then not blocked, and the file is not marked. */
  readonly writable: boolean;
  readonly #database: Database;

  /** @throws ProvenanceError: STORE_URL_INVALID if it does not have this release's schema, STORE_BUSY, or as `openDatabase` */
  constructor({ path, location }: { path: string; location: string }) {
    this.location = location;
    this.place = { file: fileIdentity(path) ?? '', host: hostname(), path };
    const read = openDatabase(path, location, { mode: 'read', create: false });
    try {
      assertSchema(read, location);
    } finally {
      read.close();
    }
    const locked = lock(path, location);
    this.writable = locked !== undefined;
    this.#database = locked ?? openDatabase(path, location, { mode: 'read', create: false });
    try {
      this.identity = readIdentity(this.#database, location);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Yields the rows of a table in the order of its key, page by page, each row with its columns in order.
   * @throws ProvenanceError: STORE_BUSY as soon as the store was written to
   */
  *pages({ name, key, serial, columns }: StoredTable, rows: number, after?: number): Generator<unknown[][]> {
    const names = Object.keys(columns);
    const order = serial ? [serial] : key;
    const text = (from: string) =>
      `SELECT ${[...names, ...order].join(', ')} FROM ${name} ${from} ORDER BY ${order.join(', ')} LIMIT ${rows}`;
    const places = order.map(() => '?').join(', ');
    const next = this.#database.prepare(text(`WHERE (${order.join(', ')}) > (${places})`)).raw();
    const first = this.#database.prepare(text('')).raw();
    let last: unknown[] | undefined = after === undefined ? undefined : [after];
    for (;;) {
      const page = (last ? next.all(...last) : first.all()) as unknown[][];
      // The state only rises. If it is unchanged after the page, it was unchanged before it.
      this.assertUnchanged();
      if (page.length === 0) return;
      last = page.at(-1)!.slice(names.length);
      yield page.map((row) => row.slice(0, names.length));
    }
  }

  count({ name }: StoredTable): number {
    const count = this.#database.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number;
    this.assertUnchanged();
    return count;
  }

  /** Throws if the store was written to. The copy has one state; later writes would be silently missing from it. */
  assertUnchanged(): void {
    if (this.writable) return;
    const state = this.#database.prepare('SELECT state_id FROM storage').pluck().get();
    if (state === this.identity.state_id && revisionOf(this.#database) === LATEST_REVISION) return;
    throw new ProvenanceError(
      'STORE_BUSY',
      `The store ${this.location} was written to while it was copied. Stop its workers, empty the target schema, and copy again.`,
    );
  }

  /** From here on its writers are refused, with the new location. */
  markMoved(location: string): void {
    if (!this.writable) return;
    const moved = JSON.stringify({ location, time: Date.now() / 1000 });
    this.#database.prepare('UPDATE storage SET moved = ?').run(moved);
    this.#database.exec('COMMIT');
  }

  close(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    if (this.writable) closeAtRest(this.#database);
    else this.#database.close();
  }
}

/**
 * Takes the write lock. The lock ends with this process at the latest. Undefined for a file that can't be written.
 * @throws STORE_BUSY
 */
function lock(path: string, location: string): Database | undefined {
  let database: Database | undefined;
  try {
    database = openDatabase(path, location, { mode: 'write', create: false });
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // The lock is held for the whole move: docs/design/store.md#copies-and-moves.
    database.exec('BEGIN IMMEDIATE');
    return database;
  } catch (error) {
    database?.close();
    const fault = storeError(error, location);
    if (fault.code === 'STORE_UNREACHABLE') return undefined;
    throw fault;
  }
}

function assertSchema(database: Database, location: string): void {
  if (revisionOf(database) === LATEST_REVISION) return;
  throw new ProvenanceError(
    'STORE_URL_INVALID',
    `The store ${location} does not have this release's schema; run \`migrate\` first.`,
  );
}

function revisionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
