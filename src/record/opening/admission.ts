/**
 * Openings that wait for room in memory, in order of arrival. Many large runs at once are accepted as fast as the store writes
 * them. Node only.
 * @module
 */

/** The memory that openings wait for. */
export interface Memory {
  /** True if it has no room for one more record. */
  readonly full: boolean;
}

/** The openings that wait for one store. */
export class Admission {
  readonly #memory: Memory;
  readonly #waiting = new Set<() => void>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /**
   * Calls `admit` at once if memory has room, otherwise later. If the time is over earlier, call the returned function: it calls
   * `admit` even without room. A second call has no effect.
   */
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

  /** Call it when memory was freed. */
  freed(): void {
    for (const entry of this.#waiting) {
      if (this.#memory.full) return;
      this.#waiting.delete(entry);
      entry();
    }
  }
}
