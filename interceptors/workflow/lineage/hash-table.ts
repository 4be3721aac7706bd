/**
 * A table with hashes of 53 bits as keys. A `Map` allocates an object for each such number, which costs more
 * than all other work for a string. [isolate-safe]
 * @module
 */

const FIRST_SLOTS = 64;

/** Values by hash. A hash is never 0. Entries are never deleted. */
export class HashTable<Value> {
  #size = 0;
  /** 0: free. */
  #hashes = new Float64Array(FIRST_SLOTS);
  #values: (Value | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);

  get size(): number {
    return this.#size;
  }

  get(hash: number): Value | undefined {
    return this.#size === 0 ? undefined : this.#values[this.#slot(hash)];
  }

  set(hash: number, value: Value): void {
    const slot = this.#slot(hash);
    this.#values[slot] = value;
    if (this.#hashes[slot] !== 0) return;
    this.#hashes[slot] = hash;
    this.#size += 1;
    if (this.#size * 2 > this.#hashes.length) this.#grow();
  }

  /** Every hash that has a value, in no order. */
  hashes(): Float64Array {
    return this.#hashes.filter((hash) => hash !== 0);
  }

  /** The slot of a hash, or the slot where it would be. */
  #slot(hash: number): number {
    const hashes = this.#hashes;
    const last = hashes.length - 1;
    let slot = (hash >>> 0) & last;
    while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new Float64Array(hashes.length * 2);
    this.#values = new Array(hashes.length * 2).fill(undefined);
    for (let at = 0; at < hashes.length; at += 1) {
      const hash = hashes[at]!;
      if (hash === 0) continue;
      const slot = this.#slot(hash);
      this.#hashes[slot] = hash;
      this.#values[slot] = values[at];
    }
  }
}
