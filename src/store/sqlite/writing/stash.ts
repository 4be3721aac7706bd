/**
 * A lab's stash: its changes and their history. Node only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import { isScanId } from '../../../model/ids';
import type {
  Author,
  StashChange,
  StashHistoryEntry,
  StashHistoryQuery,
  StashSnapshot,
} from '../../interface/stash-changes';
import type { Database } from '../connection/connection';
import type { Lab, Labs } from './labs';
import type { Transactions } from './transaction';

interface HistoryRow {
  version: number;
  time: number;
  op: StashChange['op'];
  key: string | null;
  value: string | null;
  author: string;
}

/** The stashes of one file. */
export class StashTable {
  readonly #db: Database;
  readonly #labs: Labs;
  readonly #transactions: Transactions;

  constructor(db: Database, labs: Labs, transactions: Transactions) {
    this.#db = db;
    this.#labs = labs;
    this.#transactions = transactions;
  }

  /** @throws STORE_BUSY if the stash is not at `expected_version`. */
  change(
    name: string,
    changes: readonly StashChange[],
    author: Author,
    expected_version?: number,
  ): StashSnapshot {
    const effective = changes.filter((change) => change.op !== 'init' || !this.#everHeld(name, change.key));
    if (effective.length === 0) return this.#labs.snapshot(name);
    return this.#transactions.run(() => {
      const lab = this.#labs.get(name);
      if (expected_version !== undefined && expected_version !== lab.stash_version) {
        throw new ProvenanceError(
          'STORE_BUSY',
          `The stash of lab '${name}' was changed by another process; try again.`,
        );
      }
      const due = effective.filter((change) => change.op !== 'init' || !this.#everHeld(name, change.key));
      if (due.length > 0) this.#apply(lab, due, author);
      return this.#labs.snapshot(name);
    });
  }

  #apply(lab: Lab, changes: readonly StashChange[], author: Author): void {
    lab.stash_version += 1;
    const time = Date.now() / 1000;
    for (const change of changes) {
      if (change.op === 'clear') this.#clear(lab, change.keep_scan_id);
      else if (change.op === 'unset') this.#unset(lab, change.key);
      else this.#set(lab, change.key, change.value);
      const key = 'key' in change ? change.key : null;
      const value = 'value' in change ? JSON.stringify(change.value) : null;
      this.#db
        .prepare(
          'INSERT INTO stash_history (lab_id, version, time, op, key, value, author) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(lab.id, lab.stash_version, time, change.op, key, value, JSON.stringify(author));
    }
    this.#db.prepare('UPDATE lab SET stash_version = ? WHERE id = ?').run(lab.stash_version, lab.id);
  }

  #set(lab: Lab, key: string, value: unknown): void {
    if (key === 'scan_id') {
      if (!isScanId(value)) {
        throw new ProvenanceError('METADATA_INVALID', 'scan_id must be an integer from 0 to 2^53 − 1.');
      }
      lab.scan_id = value;
      return;
    }
    this.#db
      .prepare(
        `INSERT INTO stash (lab_id, key, value, position)
         VALUES (?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM stash WHERE lab_id = ?))
         ON CONFLICT DO UPDATE SET value = excluded.value`,
      )
      .run(lab.id, key, JSON.stringify(value), lab.id);
  }

  #unset(lab: Lab, key: string): void {
    if (key === 'scan_id') lab.scan_id = 0;
    else this.#db.prepare('DELETE FROM stash WHERE lab_id = ? AND key = ?').run(lab.id, key);
  }

  #clear(lab: Lab, keepScanId: boolean): void {
    this.#db.prepare('DELETE FROM stash WHERE lab_id = ?').run(lab.id);
    if (!keepScanId) lab.scan_id = 0;
  }

  /** True if the lab's history has ever contained `key`; for `scan_id`, also if runs were numbered. */
  #everHeld(name: string, key: string): boolean {
    return Boolean(
      this.#db
        .prepare(
          `SELECT 1 FROM lab WHERE name = ? AND
           (EXISTS (SELECT 1 FROM stash_history h WHERE h.lab_id = lab.id AND h.key = ?) OR (? = 'scan_id' AND scan_id > 0))`,
        )
        .get(name, key, key),
    );
  }
}

/** Returns changes, newest first. */
export function stashHistory(db: Database, name: string, query: StashHistoryQuery = {}): StashHistoryEntry[] {
  const { key = null, limit = -1, before_version = null, until = null } = query;
  const rows = db
    .prepare(
      `SELECT version, time, op, key, h.value, author FROM stash_history h JOIN lab ON lab.id = h.lab_id
       WHERE lab.name = :name AND (:key IS NULL OR key = :key OR op = 'clear')
         AND (:before_version IS NULL OR version < :before_version) AND (:until IS NULL OR time <= :until)
       ORDER BY h.id DESC LIMIT :limit`,
    )
    .all({ name, key, limit, before_version, until }) as HistoryRow[];
  return rows.map((row) => ({
    lab: name,
    version: row.version,
    time: row.time,
    op: row.op,
    ...(row.key === null ? {} : { key: row.key }),
    ...(row.value === null ? {} : { value: JSON.parse(row.value) }),
    author: JSON.parse(row.author),
  }));
}
