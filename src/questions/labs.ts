/**
 * The labs of a store. Node only.
 * @module
 */
import type { Scope } from './scope';

/** Labs that have a stash or runs, by name; of a scope that keeps to one lab, that one alone. */
export async function labsOf({ store, only_lab }: Scope): Promise<string[]> {
  return only_lab === undefined ? store.labs() : [only_lab];
}
