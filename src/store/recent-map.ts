/**
 * A map that forgets what was not asked for lately. Two generations instead of a linked list: a hit costs one lookup. Node only.
 * @module
 */

export class RecentMap<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #weight = 0;
  readonly #capacity: number;

  /** Holds between half of `capacity` and all of it; an entry weighs its key's length plus 64. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    const weight = key.length + 64;
    if (this.#weight + weight > this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    if (weight > this.#capacity / 2) return;
    this.#young.set(key, value);
    this.#weight += weight;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#weight = 0;
  }
}
