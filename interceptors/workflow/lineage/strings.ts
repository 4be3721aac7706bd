/**
 * Which activity returned a string that means something. Bounded: of a string that has not been met for long, nothing but its hash
 * stays, and it is no evidence again. Kept by hash, so that nothing keeps a result's text. [isolate-safe]
 * @module
 */
import { isMeaningful } from '../../../src/lineage/meaningful';
import { SANDBOX_LINEAGE } from '../../../src/model/flow-limits';
import { contextNumber } from '../../../src/temporal/header';
import { HashTable } from './hash-table';
import type { Mark, Origin } from './origin';

/** What is known of a string: it is its own first mark, since there are many. */
interface Entry extends Mark {
  /** Other results in which it was returned before it was passed on. */
  others: Mark[] | undefined;
  /** It stands in a result of another than its producer as well. */
  again: boolean;
  /** It was passed on, or came in: who returns it from then on may but repeat it. */
  passed: boolean;
}

/** What is known of a string. */
export type KnownString = Readonly<Entry>;

/** It came in, or workflow code made it. */
const NOBODY: Origin = { from: '' };

/** Where a string was returned, once for each result; several: it is ambiguous. */
export function marksOf(known: KnownString): readonly Mark[] {
  if (known.of === NOBODY) return [];
  return known.others ? [known, ...known.others] : [known];
}

/**
 * The strings of one workflow, in two generations: the older one is forgotten when the younger is full, but for what was met meanwhile.
 * To delete the oldest one by one would cost more than all the rest.
 */
export class StringTable {
  #young = new HashTable<Entry>();
  #old = new HashTable<Entry>();
  readonly #forgotten = new HashTable<true>();

  /** It stands in a result, under a key of what is marked; `undefined`: it is the result. */
  returned(text: string, parent: Mark | undefined, key: string | number, of: Origin): void {
    const hash = hashOf(text);
    if (hash === undefined) return;
    const entry = this.#find(hash);
    if (entry) addTo(entry, parent, key, of);
    else if (!this.#isForgotten(hash)) this.#keep(hash, entryOf(parent, key, of, false));
  }

  /** It came from outside: whoever returns it later has not made it. `of`: what it came with. */
  cameIn(text: string, of: Origin = NOBODY): void {
    const hash = hashOf(text);
    if (hash === undefined || this.#find(hash) || this.#isForgotten(hash)) return;
    this.#keep(hash, entryOf(undefined, '', of, true));
  }

  /** It is passed on; `forgotten`: it may have been returned, long ago. `undefined`: it says nothing. */
  passes(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    const entry = this.#find(hash);
    if (entry) entry.passed = true;
    else if (this.#isForgotten(hash)) return 'forgotten';
    else this.#keep(hash, entryOf(undefined, '', NOBODY, true));
    return entry;
  }

  /** What is known of it, without anything being passed on. */
  known(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    return this.#find(hash) ?? (this.#isForgotten(hash) ? 'forgotten' : undefined);
  }

  /** What was met is young again. */
  #find(hash: number): Entry | undefined {
    const young = this.#young.get(hash);
    if (young) return young;
    const old = this.#old.get(hash);
    if (old) this.#keep(hash, old);
    return old;
  }

  /** When as many are forgotten as hashes are kept of, no string is new for certain. */
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

/** `undefined` of a string that says nothing. */
function hashOf(text: string): number | undefined {
  return isMeaningful(text) ? contextNumber(text) : undefined;
}
