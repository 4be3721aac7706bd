/**
 * Openings that wait until memory has room for their records, first come, first served: many wide runs at once are taken
 * as fast as the store takes them. Node only.
 * @module
 */

/** What openings wait for. */
export interface Memory {
  /** It has no room for one more record. */
  readonly full: boolean;
}

/** The openings that wait for one store. */
export class Admission {
  readonly #memory: Memory;
  readonly #waiting = new Set<() => void>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Calls at once, or when there is room. What is given back admits without room: its time is over; a second call does nothing. */
  enter(admit: () => void): () => void {
    if (this.#waiting.size === 0 && !this.#memory.full) {
      admit();
      return () => undefined;
    }
    const entry = () => admit();
    this.#waiting.add(entry);
    return () => {
      if (this.#waiting.delete(entry)) entry();
    };
  }

  /** Memory was given back. */
  freed(): void {
    for (const entry of this.#waiting) {
      if (this.#memory.full) return;
      this.#waiting.delete(entry);
      entry();
    }
  }
}
