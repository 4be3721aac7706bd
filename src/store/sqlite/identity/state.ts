/**
 * Takes the next state of a store. Every write transaction begins with it. It refuses a moved store, and a store that this
 * release must no longer write to. Node only.
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

/** Counts up the `state_id` of one file, for the process that writes it. */
export class StoreState {
  readonly #db: Database;
  readonly #path: string;
  readonly #location: string;
  readonly #revision: Statement;
  readonly #advance: Statement;
  #known: unknown;
  #placeNoted = false;
  #storage_id: string;

  /** Requires a store with this release's schema. */
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

  /** The storage id as of the last transaction. The first write to a copy changes it, even if another process writes. */
  get storage_id(): string {
    return this.#storage_id;
  }

  /**
   * Advances the state. Call it inside a write transaction.
   * @throws STORE_SCHEMA_NEWER, STORE_MOVED
   */
  next(): number {
    this.#checkRevision();
    const next = this.#advance.get() as NextState | undefined;
    if (next === undefined) {
      refuseMoved(readIdentity(this.#db, this.#location), this.#location);
      throw new Error('The row of the table storage is missing.');
    }
    // `RETURNING` returns the row before its triggers ran. The triggers of a copy assign a new identity.
    this.#storage_id =
      next.copied_time === null ? next.storage_id : readIdentity(this.#db, this.#location).storage_id;
    if (!this.#placeNoted) this.#notePlace(next.state_id, next.copied_time === null ? 'found' : 'forked');
    return next.state_id;
  }

  /**
   * Checks the store without advancing the state. Call it inside a transaction.
   * @throws STORE_SCHEMA_NEWER, STORE_MOVED
   */
  check(): void {
    this.#checkRevision();
    refuseMoved(readIdentity(this.#db, this.#location), this.#location);
  }

  /** Call it after a rollback. */
  forget(): void {
    this.#placeNoted = false;
  }

  /** The revision is on a page that every transaction reads anyway. */
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

/** Records the current place of a store in a write transaction, unless it is the last recorded one. */
export function notePlace(
  db: Database,
  { storage_id, state_id, path, how }: { storage_id: string; state_id: number; path: string; how: PlaceKind },
): void {
  const [file, host] = [fileIdentity(path), hostname()];
  // The file was deleted while open, so writes to it do not count.
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
