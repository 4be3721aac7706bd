/**
 * Knows which activity returned a meaningful string. Memory is bounded: of a string that was not seen for long
 * only its hash is kept, and it is never evidence again. Entries are keyed by hash, so that no result's text is
 * kept in memory. [isolate-safe]
 * @module
 */
import { isMeaningful } from '../../../src/lineage/meaningful';
import { SANDBOX_LINEAGE } from '../../../src/model/flow-limits';
import { contextNumber } from '../../../src/temporal/header';
import { HashTable } from './hash-table';
import type { Mark, Origin } from './origin';

/** What is known about a string. The entry is also its first mark, to save memory. */
interface Entry extends Mark {
  /** Other results in which it was returned before it was passed on. */
  others: Mark[] | undefined;
  /** True if a result of another producer contains it, too. */
  again: boolean;
  /** True if it was passed on, or came from outside. An activity that returns it later may only repeat it. */
  passed: boolean;
}

/** What is known about a string. */
export type KnownString = Readonly<Entry>;

/** The origin of a string that came from outside, or that workflow code created. */
const NOBODY: Origin = { from: '' };

/** The places where a string was returned, one for each result. If there are several, it is ambiguous. */
export function marksOf(known: KnownString): readonly Mark[] {
  if (known.of === NOBODY) return [];
  return known.others ? [known, ...known.others] : [known];
}

/**
 * The strings of one workflow, in two generations. When the younger one is full, the older one is dropped,
 * except for strings that were seen meanwhile. Deleting the oldest entries one by one would cost more than
 * everything else.
 */
export class StringTable {
  #young = new HashTable<Entry>();
  #old = new HashTable<Entry>();
  readonly #forgotten = new HashTable<true>();

  /**
   * Notes a string in a result, under a key of a marked value. `parent` is `undefined` if the string is the
   * result.
   */
  returned(text: string, parent: Mark | undefined, key: string | number, of: Origin): void {
    const hash = hashOf(text);
    if (hash === undefined) return;
    const entry = this.#find(hash);
    if (entry) addTo(entry, parent, key, of);
    else if (!this.#isForgotten(hash)) this.#keep(hash, entryOf(parent, key, of, false));
  }

  /**
   * Notes a string from outside: an activity that returns it later has not produced it. `of` is the origin that
   * it came with.
   */
  receivedFromOutside(text: string, of: Origin = NOBODY): void {
    const hash = hashOf(text);
    if (hash === undefined || this.#find(hash) || this.#isForgotten(hash)) return;
    this.#keep(hash, entryOf(undefined, '', of, true));
  }

  /**
   * Called when a string is passed on. Returns `forgotten` if it may have been returned long ago, `undefined`
   * if it is not meaningful.
   */
  passes(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    const entry = this.#find(hash);
    if (entry) entry.passed = true;
    else if (this.#isForgotten(hash)) return 'forgotten';
    else this.#keep(hash, entryOf(undefined, '', NOBODY, true));
    return entry;
  }

  /** Looks up a string without passing it on. */
  known(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    return this.#find(hash) ?? (this.#isForgotten(hash) ? 'forgotten' : undefined);
  }

  /** A string that is found becomes young again. */
  #find(hash: number): Entry | undefined {
    const young = this.#young.get(hash);
    if (young) return young;
    const old = this.#old.get(hash);
    if (old) this.#keep(hash, old);
    return old;
  }

  /** When the limit of remembered hashes is reached, any string may have been forgotten. */
  #isForgotten(hash: number): boolean {
    return this.#forgotten.size >= SANDBOX_LINEAGE.forgotten_strings || this.#forgotten.get(hash) === true;
  }

  #keep(hash: number, entry: Entry): void {
    this.#young.set(hash, entry);
    if (this.#young.size < SANDBOX_LINEAGE.known_strings / 2) return;
    for (const oldest of this.#old.hashes()) if (!this.#young.get(oldest)) this.#forgotten.set(oldest, true);
    // Two generations: docs/design/workflow-sandbox.md#data-flow.
    this.#old = this.#young;
    this.#young = new HashTable();
  }
}

function entryOf(parent: Mark | undefined, key: string | number, of: Origin, passed: boolean): Entry {
  const depth = parent ? parent.depth + 1 : 0;
  return { parent, key, depth, of, others: undefined, again: false, passed };
}

function addTo(entry: Entry, parent: Mark | undefined, key: string | number, of: Origin): void {
  if (entry.of === of || entry.others?.some((other) => other.of === of)) return;
  entry.again = true;
  if (entry.passed || (entry.others?.length ?? 0) + 1 >= SANDBOX_LINEAGE.ambiguous_producers) return;
  entry.others ??= [];
  entry.others.push({ parent, key, depth: parent ? parent.depth + 1 : 0, of });
}

/** `undefined` for a string that is not meaningful. */
function hashOf(text: string): number | undefined {
  return isMeaningful(text) ? contextNumber(text) : undefined;
}
