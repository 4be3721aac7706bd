/**
 * Openings that wait until memory has room for their records, first come, first served: many wide runs at once are taken
 * as fast as the store takes them. Node only.
 * @module
 */
export class Admission {
  readonly #hasRoom: () => boolean;
  readonly #waiting = new Set<() => void>();

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  /** Calls at once, or when there is room. What is given back admits without room: its time is over; a second call does nothing. */
  enter(admit: () => void): () => void {
    if (this.#waiting.size === 0 && this.#hasRoom()) {
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
      if (!this.#hasRoom()) return;
      this.#waiting.delete(entry);
      entry();
    }
  }
}
