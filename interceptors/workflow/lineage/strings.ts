/**
 * Which activity returned a string that means something. Bounded: of a string that has not been met for long, nothing but its hash
 * stays, and it is no evidence again. Kept by hash, so that nothing keeps a result's text. [isolate-safe]
 * @module
 */
import { isMeaningful } from '../../../src/lineage/meaningful';
import { SANDBOX_LINEAGE } from '../../../src/model/flow-limits';
import { contextNumber } from '../../../src/temporal/header';
import type { Mark } from './origin';

/** What is known of a string. */
export interface KnownString {
  /** Where it was returned, once for each result; several: it is ambiguous. Empty: it came in, or workflow code made it. */
  readonly returned: readonly Mark[];
  /** It stands in a result of another than its producer as well. */
  readonly again: boolean;
}

interface Entry {
  returned: Mark[];
  again: boolean;
  /** It was passed on, or came in: who returns it from then on may but repeat it. */
  passed: boolean;
}

/** The strings of one workflow. */
export class StringTable {
  /** The last met comes last. */
  readonly #entries = new Map<number, Entry>();
  readonly #forgotten = new Set<number>();

  /** It stands in a result. */
  returned(text: string, mark: Mark): void {
    const hash = hashOf(text);
    const entry = hash === undefined ? undefined : this.#entries.get(hash);
    if (hash === undefined || (!entry && this.#isForgotten(hash))) return;
    if (entry) addTo(entry, mark);
    this.#keep(hash, entry ?? { returned: [mark], again: false, passed: false });
  }

  /** It came from outside: whoever returns it later has not made it. `mark`: what it came with. */
  cameIn(text: string, mark?: Mark): void {
    const hash = hashOf(text);
    if (hash === undefined || this.#entries.has(hash) || this.#isForgotten(hash)) return;
    this.#keep(hash, { returned: mark ? [mark] : [], again: false, passed: true });
  }

  /** It is passed on; `forgotten`: it may have been returned, long ago. `undefined`: it says nothing. */
  passes(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    const entry = this.#entries.get(hash);
    if (!entry && this.#isForgotten(hash)) return 'forgotten';
    if (entry) entry.passed = true;
    this.#keep(hash, entry ?? { returned: [], again: false, passed: true });
    return entry;
  }

  /** What is known of it, without anything being passed on. */
  known(text: string): KnownString | 'forgotten' | undefined {
    const hash = hashOf(text);
    if (hash === undefined) return undefined;
    return this.#entries.get(hash) ?? (this.#isForgotten(hash) ? 'forgotten' : undefined);
  }

  /** When as many are forgotten as hashes are kept of, no string is new for certain. */
  #isForgotten(hash: number): boolean {
    return this.#forgotten.has(hash) || this.#forgotten.size >= SANDBOX_LINEAGE.forgotten_strings;
  }

  #keep(hash: number, entry: Entry): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    if (this.#entries.size <= SANDBOX_LINEAGE.known_strings) return;
    const oldest = this.#entries.keys().next().value!;
    this.#entries.delete(oldest);
    this.#forgotten.add(oldest);
  }
}

function addTo(entry: Entry, mark: Mark): void {
  if (entry.returned.some(({ of }) => of === mark.of)) return;
  entry.again = true;
  const { length } = entry.returned;
  if (!entry.passed && length < SANDBOX_LINEAGE.ambiguous_producers) entry.returned.push(mark);
}

/** `undefined` of a string that says nothing. */
function hashOf(text: string): number | undefined {
  return isMeaningful(text) ? contextNumber(text) : undefined;
}
