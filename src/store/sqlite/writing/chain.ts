/**
 * The chain link of one transaction. Final documents are added as they are written, and the link is written before the commit.
 * Node only.
 * @module
 */
import { type Chained, ENTRY_BYTES, linkDigest, writeEntry } from '../../integrity/digests';
import type { Database, Statement } from '../connection/connection';
import type { Participant } from './transaction';

const FIRST_ROOM = 64 * ENTRY_BYTES;

/** Adds documents to the chain, for one connection. */
export class Chain implements Participant {
  readonly #last: Statement;
  readonly #insert: Statement;
  #bytes = Buffer.allocUnsafe(FIRST_ROOM);
  #length = 0;

  constructor(db: Database) {
    this.#last = db.prepare('SELECT n, digest FROM chain ORDER BY n DESC LIMIT 1');
    this.#insert = db.prepare('INSERT INTO chain VALUES (?, ?, ?, ?)');
  }

  /**
   * @param ref key of the document's row
   * @param digest in the form of `digests.ts`
   */
  add(kind: Chained, ref: number, digest: string): void {
    if (this.#length === this.#bytes.length) this.#grow();
    writeEntry(this.#bytes, this.#length, kind, ref, digest);
    this.#length += ENTRY_BYTES;
  }

  /** The current position in the link, for {@link cut}. */
  get mark(): number {
    return this.#length;
  }

  /** Removes the documents that were added after the mark. */
  cut(mark: number): void {
    this.#length = mark;
  }

  finish(state_id: number): void {
    if (this.#length === 0) return;
    const last = this.#last.get() as { n: number; digest: Buffer } | undefined;
    const entries = this.#bytes.subarray(0, this.#length);
    const n = (last?.n ?? 0) + 1;
    // One row per transaction: docs/decisions/0013.
    this.#insert.run(n, state_id, entries, linkDigest(last?.digest ?? null, n, state_id, entries));
    this.#length = 0;
  }

  forget(): void {
    this.#length = 0;
  }

  #grow(): void {
    const bytes = Buffer.allocUnsafe(this.#bytes.length * 2);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
  }
}
