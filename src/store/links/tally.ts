/**
 * What a check of derived tables found, by run.
 * @module
 */

/** A run, and what is wrong with what was derived of it. */
export interface LinkFault {
  uid: string;
  /** Rows that follow from its facts, and are not there. */
  missing: number;
  /** Rows that are there, and do not follow. */
  surplus: number;
}

/** Counts faults of runs by their `seq`. */
export class Tally {
  readonly #missing = new Map<number, number>();
  readonly #surplus = new Map<number, number>();

  /** Something of the run is not there. */
  miss(seq: number): void {
    this.#missing.set(seq, (this.#missing.get(seq) ?? 0) + 1);
  }

  /** Something of the run is there that does not follow from its facts. */
  exceed(seq: number): void {
    this.#surplus.set(seq, (this.#surplus.get(seq) ?? 0) + 1);
  }

  /** Undefined where nothing is wrong. */
  faultOf(seq: number, uid: string): LinkFault | undefined {
    const [missing, surplus] = [this.#missing.get(seq) ?? 0, this.#surplus.get(seq) ?? 0];
    return missing + surplus > 0 ? { uid, missing, surplus } : undefined;
  }
}
