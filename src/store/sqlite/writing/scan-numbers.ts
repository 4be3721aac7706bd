/**
 * Chooses the scan id of a run: a given one, the lab's next one, or the existing one of its activity or execution. Node only.
 * @module
 */
import type { Database, Statement } from '../connection/connection';
import type { RunRow } from './group-codec';
import type { Lab, Labs } from './labs';

/** A run's scan id and its origin. */
interface ScanNumber {
  scan_id: number | null;
  /** It is from the lab's counter, which advances. */
  counted: boolean;
  /** It becomes the execution's scan id. */
  founds: boolean;
}

/** Assigns scan ids in the current transaction. */
export class ScanNumbers {
  readonly #labs: Labs;
  readonly #find: Statement;
  readonly #keep: Statement;

  constructor(db: Database, labs: Labs) {
    this.#labs = labs;
    this.#find = db.prepare('SELECT scan_id FROM shared_scan WHERE lab_id = ? AND root_run_id = ?').pluck();
    this.#keep = db.prepare('INSERT INTO shared_scan VALUES (?, ?, ?)');
  }

  /**
   * Returns a number without using it up: the run may already be in the store. `before`: the number of the previous attempt, if
   * any.
   */
  of(row: RunRow, lab: Lab, before: number | null): ScanNumber {
    const known = (scan_id: number | null) => ({ scan_id, counted: false, founds: false });
    if (row.scan_id !== null || !row.numbered) return known(row.scan_id);
    if (row.scan_root !== null) {
      const shared = this.#find.get(lab.id, row.scan_root) as number | undefined;
      if (shared !== undefined) return known(shared);
      if (row.scan_offer !== null) return { scan_id: row.scan_offer, counted: false, founds: true };
    } else if (row.share_scan_id && before !== null) return known(before);
    return { scan_id: this.#labs.nextScanId(lab), counted: true, founds: row.scan_root !== null };
  }

  /** Uses up the number after the run has opened. */
  take({ scan_id, counted, founds }: ScanNumber, { scan_root }: RunRow, lab: Lab): void {
    if (scan_id === null) return;
    if (counted) lab.scan_id = scan_id;
    if (founds) this.#keep.run(lab.id, scan_root, scan_id);
  }
}
