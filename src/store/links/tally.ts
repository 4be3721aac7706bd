/**
 * Faults that a check of derived tables found, by run.
 * @module
 */

/** A run and the faults of its derived rows. */
export interface LinkFault {
  uid: string;
  /** Rows that follow from its facts but are missing. */
  missing: number;
  /** Rows that exist but do not follow from its facts. */
  surplus: number;
}

/** Counts faults of runs by `seq`. */
export class Tally {
  readonly #missing = new Map<number, number>();
  readonly #surplus = new Map<number, number>();

  /** Counts a missing row of the run. */
  miss(seq: number): void {
    this.#missing.set(seq, (this.#missing.get(seq) ?? 0) + 1);
  }

  /** Counts a surplus row of the run. */
  exceed(seq: number): void {
    this.#surplus.set(seq, (this.#surplus.get(seq) ?? 0) + 1);
  }

  /** Returns the faults of a run; undefined if it has none. */
  faultOf(seq: number, uid: string): LinkFault | undefined {
    const [missing, surplus] = [this.#missing.get(seq) ?? 0, this.#surplus.get(seq) ?? 0];
    return missing + surplus > 0 ? { uid, missing, surplus } : undefined;
  }
}
