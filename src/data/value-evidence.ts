/**
 * Digests of the strings in a run's arguments and result. Values are followed with them if no module of ours is
 * in the workflow's sandbox (bundled without the plugin, or written in another language). These are only facts;
 * which run got a string from which other is derived later. In a lab that encrypts, digests are keyed and no
 * property name is recorded. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { pathInto } from '../lineage/json-path';
import { isMeaningful } from '../lineage/meaningful';
import type { DataDocument } from '../model/data';
import type { Json } from '../model/json';
import { LINEAGE_VALUES, VALUES } from '../model/limits';
import type { Redactor } from '../redaction/redactor';
import { type FoundString, stringsOf } from './strings';

/** The digest of a string, and the place where it was found first. */
type ValueFact = [digest: string, path: string];

/** The strings of one value. */
export interface ValueFacts {
  facts: ValueFact[];
  /** True if there were more strings than are kept or examined. */
  partial: boolean;
}

/** Strings that came into an execution from outside. They do not prove that an activity produced them. */
export type Inbound = ReadonlySet<string>;

interface EvidenceParts {
  redactor: Redactor;
  /** Present for a lab that encrypts: gives `{ digest }` under the lab's key. */
  withheld?: { value(value: unknown): Json };
}

/** Digits of a digest that are kept. With 16 bytes, no two strings of a lab share a digest. */
const DIGEST_DIGITS = 32;
/** Digits for the name of a property in a lab that encrypts. */
const NAME_DIGITS = 12;

/** Takes strings as evidence. No method throws for any value. */
export class ValueEvidence {
  readonly #parts: EvidenceParts;

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /**
   * The strings of arguments or a result: the first ones, each once. Strings that are masked, or that came from
   * outside, are left out.
   */
  of(value: unknown, root: 'args' | 'result', inbound: Inbound): ValueFacts {
    const { read_values, depth, kept_values } = LINEAGE_VALUES;
    // The list of arguments is a level of its own.
    const levels = root === 'args' ? depth + 1 : depth;
    const { strings, partial } = stringsOf(value, root, { values: read_values, depth: levels });
    const facts = new Map<string, string>();
    for (const found of strings) {
      const digest = this.#digestOf(found);
      if (digest === undefined || inbound.has(digest) || facts.has(digest)) continue;
      if (facts.size === kept_values) return { facts: [...facts], partial: true };
      facts.set(digest, this.#path(root, found));
    }
    return { facts: [...facts], partial };
  }

  /**
   * The strings that came in with these values; undefined if the values are too large to be examined as a
   * whole.
   */
  inbound(values: readonly unknown[]): Inbound | undefined {
    const { strings, partial } = stringsOf(values, 'args', {
      values: VALUES.read_values,
      depth: VALUES.depth,
    });
    if (partial) return undefined;
    return new Set(strings.flatMap(({ text }) => (isMeaningful(text) ? [this.#digest(text)] : [])));
  }

  #digestOf(found: FoundString): string | undefined {
    return isMeaningful(found.text) && !this.#isMasked(found) ? this.#digest(found.text) : undefined;
  }

  #digest(text: string): string {
    const { withheld } = this.#parts;
    if (!withheld) return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
    return `hmac:${this.#keyed(text, withheld).slice(0, DIGEST_DIGITS)}`;
  }

  #keyed(text: string, withheld: NonNullable<EvidenceParts['withheld']>): string {
    const { digest } = withheld.value(text) as { digest: string };
    return digest.slice(digest.indexOf(':') + 1);
  }

  /** A property name above it can also make it a secret. */
  #isMasked({ text, keys }: FoundString): boolean {
    const value = keys.reduceRight<Json>(
      (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
      text,
    );
    return this.#parts.redactor.value(value).redactions !== undefined;
  }

  #path(root: string, { path, keys }: FoundString): string {
    const { withheld } = this.#parts;
    if (!withheld) return path;
    const shown = keys.map((key) =>
      typeof key === 'number' ? key : `h${this.#keyed(key, withheld).slice(0, NAME_DIGITS)}`,
    );
    return shown.reduce<string>(pathInto, root);
  }
}

/** Both sides of one run, as its data document has them; undefined if there is nothing. */
export function runValues(args: ValueFacts, result: ValueFacts | undefined): DataDocument['values'] {
  if (args.facts.length === 0 && !result?.facts.length) return undefined;
  return { args: args.facts, result: result?.facts ?? [] };
}
