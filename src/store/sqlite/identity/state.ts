/**
 * The next state of a store: what every write transaction begins with. A store that a release must not write to any more, or that
 * was moved, is refused here. Node only.
 * @module
 */
import { hostname } from 'node:os';
import { type PlaceKind, samePlace } from '../../identity';
import type { Database, Statement } from '../connection/connection';
import { fileIdentity, readIdentity, refuseMoved } from './identity';
import { checkRevision } from './migrate';

interface NextState {
  state_id: number;
  storage_id: string;
  copied_time: number | null;
}

/** The state of one file, as its writer moves it on. */
export class StoreState {
  readonly #db: Database;
  readonly #path: string;
  readonly #location: string;
  readonly #revision: Statement;
  readonly #advance: Statement;
  #known: unknown;
  #placeNoted = false;
  #storage_id: string;

  /** Of a store at this release's schema. */
  constructor(db: Database, { path, location }: { path: string; location: string }) {
    this.#db = db;
    this.#path = path;
    this.#location = location;
    this.#revision = db.prepare('PRAGMA user_version').pluck();
    this.#advance = db.prepare(
      'UPDATE storage SET state_id = state_id + 1 WHERE moved IS NULL RETURNING state_id, storage_id, copied_time',
    );
    this.#storage_id = readIdentity(db, location).storage_id;
  }

  /** As of the last transaction: a copy changes it, in this process or another. */
  get storage_id(): string {
    return this.#storage_id;
  }

  /**
   * Inside a write transaction.
   * @throws STORE_SCHEMA_NEWER, STORE_MOVED
   */
  next(): number {
    this.#checkRevision();
    const next = this.#advance.get() as NextState | undefined;
    if (next === undefined) {
      refuseMoved(readIdentity(this.#db, this.#location), this.#location);
      throw new Error('The row of the table storage is gone.');
    }
    // What is answered is the row before its triggers: those of a copy give it an identity of its own.
    this.#storage_id =
      next.copied_time === null ? next.storage_id : readIdentity(this.#db, this.#location).storage_id;
    if (!this.#placeNoted) this.#notePlace(next.state_id, next.copied_time === null ? 'found' : 'forked');
    return next.state_id;
  }

  /**
   * Inside a transaction that leaves the state as it is.
   * @throws STORE_SCHEMA_NEWER, STORE_MOVED
   */
  check(): void {
    this.#checkRevision();
    refuseMoved(readIdentity(this.#db, this.#location), this.#location);
  }

  /** After a transaction was rolled back. */
  forget(): void {
    this.#placeNoted = false;
  }

  /** Read from the page that every transaction has read already. */
  #checkRevision(): void {
    const revision = this.#revision.get();
    if (revision === this.#known) return;
    checkRevision(this.#db, this.#location);
    this.#known = revision;
  }

  #notePlace(state_id: number, how: PlaceKind): void {
    notePlace(this.#db, { storage_id: this.#storage_id, state_id, path: this.#path, how });
    this.#placeNoted = true;
  }
}

/** Notes where a store is written now, in a write transaction, unless it was written there before. */
export function notePlace(
  db: Database,
  { storage_id, state_id, path, how }: { storage_id: string; state_id: number; path: string; how: PlaceKind },
): void {
  const [file, host] = [fileIdentity(path), hostname()];
  // It was removed while it was open: what is written there counts for nothing.
  if (file === undefined) return;
  const last = db
    .prepare('SELECT id, file, host, path FROM place WHERE storage_id = ? ORDER BY id DESC LIMIT 1')
    .get(storage_id) as { id: number; file: string; host: string; path: string } | undefined;
  if (how === 'found' && last && samePlace(last.file, file)) {
    if (last.host !== host || last.path !== path)
      db.prepare('UPDATE place SET host = ?, path = ? WHERE id = ?').run(host, path, last.id);
    return;
  }
  const kind = how === 'found' && last === undefined ? 'first' : how;
  db.prepare(
    'INSERT INTO place (storage_id, state_id, file, host, path, time, how) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(storage_id, state_id, file, host, path, Date.now() / 1000, kind);
}
