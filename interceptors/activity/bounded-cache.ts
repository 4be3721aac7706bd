/**
 * A map that forgets what it has known longest, bounded in entries and in the cost given with each. Node only.
 * @module
 */
export class BoundedCache<K, V> {
  private readonly entries = new Map<K, { value: V; cost: number }>();
  private readonly maxEntries: number;
  private readonly maxCost: number;
  private cost = 0;

  constructor(maxEntries: number, maxCost = Number.POSITIVE_INFINITY) {
    this.maxEntries = maxEntries;
    this.maxCost = maxCost;
  }

  get(key: K): V | undefined {
    return this.entries.get(key)?.value;
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V, cost = 0): void {
    this.delete(key);
    this.entries.set(key, { value, cost });
    this.cost += cost;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.maxEntries && this.cost <= this.maxCost) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.cost -= entry.cost;
    this.entries.delete(key);
  }
}
