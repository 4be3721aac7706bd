/**
 * A cache that drops entries not used recently. It keeps two generations instead of a linked list: a hit costs one lookup. Node
 * only.
 * @module
 */

interface Entry<V> {
  value: V;
  weight: number;
}

/** A map by text that keeps the total weight of its entries within a capacity. */
export class RecentMap<V> {
  #young = new Map<string, Entry<V>>();
  #old = new Map<string, Entry<V>>();
  /** Weight of the young generation. */
  #weight = 0;
  readonly #capacity: number;

  /** Keeps between half of `capacity` and all of it, in the unit of the entries' weights. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old.value, old.weight);
    return old?.value;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /**
   * Adds an entry. An entry that weighs more than half of the capacity is not kept. The default weight is based on the key's
   * length.
   */
  set(key: string, value: V, weight = key.length + 64): void {
    this.delete(key);
    if (this.#weight + weight > this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    if (weight > this.#capacity / 2) return;
    this.#young.set(key, { value, weight });
    this.#weight += weight;
  }

  delete(key: string): void {
    const young = this.#young.get(key);
    if (young !== undefined) {
      this.#weight -= young.weight;
      this.#young.delete(key);
    }
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#weight = 0;
  }
}
