/**
 * The SQLite store that is copied, read in pages: no read lasts for longer than a page, so that the log of a store that is
 * written to meanwhile stays small, however slow the other side is; and every page is of the same state. Node only.
 * @module
 */
import { ProvenanceError } from '../errors';
import { LATEST_REVISION } from './migrations';
import { type Database, openDatabase } from './sqlite/connection';
import type { TransferTable } from './transfer-tables';

export interface SourceIdentity {
  storage_id: string;
  state_id: number;
  created_time: number;
  creator: string;
}

export class TransferSource {
  readonly location: string;
  readonly identity: SourceIdentity;
  readonly #database: Database;

  /** @throws ProvenanceError: STORE_URL_INVALID when it is not at this release's schema, or as `openDatabase` */
  constructor({ path, location }: { path: string; location: string }) {
    this.location = location;
    this.#database = openDatabase(path, location, { mode: 'read', create: false });
    try {
      this.#assertSchema();
      this.identity = this.#database.prepare('SELECT * FROM storage').get() as SourceIdentity;
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * The rows of a table in the order of its key, a page at a time, each row with its columns in their order.
   * @throws ProvenanceError: STORE_BUSY as soon as the store was written to
   */
  *pages({ name, key, columns }: TransferTable, rows: number, after?: number): Generator<unknown[][]> {
    const names = Object.keys(columns);
    const order = key ? [key] : this.#primaryKey(name);
    const text = (from: string) =>
      `SELECT ${[...names, ...order].join(', ')} FROM ${name} ${from} ORDER BY ${order.join(', ')} LIMIT ${rows}`;
    const places = order.map(() => '?').join(', ');
    const next = this.#database.prepare(text(`WHERE (${order.join(', ')}) > (${places})`)).raw();
    const first = this.#database.prepare(text('')).raw();
    let last: unknown[] | undefined = after === undefined ? undefined : [after];
    for (;;) {
      const page = (last ? next.all(...last) : first.all()) as unknown[][];
      // The state only ever rises: one that stands after the page stood before it.
      this.assertUnchanged();
      if (page.length === 0) return;
      last = page.at(-1)!.slice(names.length);
      yield page.map((row) => row.slice(0, names.length));
    }
  }

  count({ name }: TransferTable): number {
    const count = this.#database.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number;
    this.assertUnchanged();
    return count;
  }

  /** The copy is of one state; what was written since would be missing from it, and nobody would notice. */
  assertUnchanged(): void {
    const state = this.#database.prepare('SELECT state_id FROM storage').pluck().get();
    if (state === this.identity.state_id && this.#revision() === LATEST_REVISION) return;
    throw new ProvenanceError(
      'STORE_BUSY',
      `The store ${this.location} was written to while it was copied. Stop its workers, empty the schema that it was copied to, and copy again.`,
    );
  }

  close(): void {
    this.#database.close();
  }

  #assertSchema(): void {
    if (this.#revision() === LATEST_REVISION) return;
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      `The store ${this.location} is not at this release's schema; bring it up with \`migrate\` first.`,
    );
  }

  #revision(): number {
    return Number(this.#database.pragma('user_version', { simple: true }));
  }

  #primaryKey(name: string): string[] {
    return this.#database
      .prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
      .pluck()
      .all(name) as string[];
  }
}
