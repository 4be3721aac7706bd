/**
 * The labs of one transaction. Their counters are read once, advanced in memory, and written once. Node only.
 * @module
 */
import { MAX_SCAN_ID } from '../../../model/ids';
import type { Json } from '../../../model/json';
import type { StashSnapshot } from '../../interface/stash-changes';
import type { Database, Statement } from '../connection/connection';

/** A lab in the current transaction. */
export interface Lab {
  readonly id: number;
  readonly name: string;
  scan_id: number;
  stash_version: number;
  /** The counter in the database. */
  stored_scan_id: number;
}

/** The labs that the transaction uses. */
export class Labs {
  readonly #open = new Map<string, Lab>();
  readonly #select: Statement;
  readonly #insert: Statement;
  readonly #count: Statement;
  readonly #values: Statement;

  constructor(db: Database) {
    this.#select = db.prepare('SELECT id, name, scan_id, stash_version FROM lab WHERE name = ?');
    this.#insert = db.prepare('INSERT INTO lab (name) VALUES (?)');
    this.#count = db.prepare('UPDATE lab SET scan_id = ? WHERE id = ?');
    this.#values = db.prepare('SELECT key, value FROM stash WHERE lab_id = ? ORDER BY position');
  }

  /** Returns the lab inside this transaction. A new lab is created. */
  get(name: string): Lab {
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    let row = this.#select.get(name) as Omit<Lab, 'stored_scan_id'> | undefined;
    if (row === undefined) {
      this.#insert.run(name);
      row = this.#select.get(name) as Omit<Lab, 'stored_scan_id'>;
    }
    const lab: Lab = { ...row, stored_scan_id: row.scan_id };
    this.#open.set(name, lab);
    return lab;
  }

  /** Returns the number of the next run; null after the largest one. */
  nextScanId(lab: Lab): number | null {
    return lab.scan_id < MAX_SCAN_ID ? lab.scan_id + 1 : null;
  }

  /** Returns the lab's stash, outside or inside a transaction. An unknown lab has an empty one. */
  snapshot(name: string): StashSnapshot {
    const lab = this.#open.get(name) ?? (this.#select.get(name) as Omit<Lab, 'stored_scan_id'> | undefined);
    const values: { [key: string]: Json } = {};
    if (lab === undefined) return { lab: name, version: 0, values, scan_id: 0 };
    for (const { key, value } of this.#values.all(lab.id) as { key: string; value: string }[]) {
      Object.defineProperty(values, key, {
        value: JSON.parse(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return { lab: name, version: lab.stash_version, values, scan_id: lab.scan_id };
  }

  /** Call it before the commit. */
  finish(): void {
    for (const lab of this.#open.values()) {
      if (lab.scan_id !== lab.stored_scan_id) this.#count.run(lab.scan_id, lab.id);
    }
    this.#open.clear();
  }

  /** Call it after a rollback. */
  forget(): void {
    this.#open.clear();
  }
}
