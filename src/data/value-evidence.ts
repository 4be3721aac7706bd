/**
 * Strings of a run's arguments and result by digest: how values are followed where no module of ours stands in the workflow's sandbox
 * (bundled without the plugin, or written in another language). Facts only; which run had a string from which is derived from them
 * later. In a lab that encrypts, digests are keyed and no name of a property is told. Node only.
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

/** Digest of a string and where it stood first. */
type ValueFact = [digest: string, path: string];

/** Strings of one value. */
export interface ValueFacts {
  facts: ValueFact[];
  /** There were more than are kept or looked at. */
  partial: boolean;
}

/** Strings that came into an execution from outside: none of them shows what an activity made. */
export type Inbound = ReadonlySet<string>;

interface EvidenceParts {
  redactor: Redactor;
  /** Of a lab that encrypts: gives `{ digest }` under the lab's key. */
  withheld?: { value(value: unknown): Json };
}

/** Digits of a digest that are kept: 16 bytes are enough that no two strings of a lab share one. */
const DIGEST_DIGITS = 32;
/** Of the name of a property in a lab that encrypts. */
const NAME_DIGITS = 12;

/** Takes strings as evidence. No method throws for any value. */
export class ValueEvidence {
  readonly #parts: EvidenceParts;

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Of arguments or a result: the first ones, each once; nothing that is masked, and nothing that came from outside. */
  of(value: unknown, root: 'args' | 'result', inbound: Inbound): ValueFacts {
    const { read_values, depth, kept_values } = LINEAGE_VALUES;
    // Arguments are a list, which is a level of its own.
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

  /** What came in by these values; undefined where they are too large to be looked at as a whole. */
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

  /** A name above it can make a secret of it as well. */
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
    const told = keys.map((key) =>
      typeof key === 'number' ? key : `h${this.#keyed(key, withheld).slice(0, NAME_DIGITS)}`,
    );
    return told.reduce<string>(pathInto, root);
  }
}

/** Both sides of one run, as its data document has them; undefined where there is nothing. */
export function runValues(args: ValueFacts, result: ValueFacts | undefined): DataDocument['values'] {
  if (args.facts.length === 0 && !result?.facts.length) return undefined;
  return { args: args.facts, result: result?.facts ?? [] };
}
