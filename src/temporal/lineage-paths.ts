/**
 * Paths in the lineage of a header. Thousands of parts that differ only in one index are one entry, so that a
 * fan-out keeps its paths in a header of a kilobyte. [isolate-safe]
 * @module
 */
import type { WirePath } from './wire-lineage';

/** A part of what a producer returned, and its place in the arguments. */
export interface NumberedPath {
  /** Number of the producer. */
  producer: number;
  from: string;
  to: string;
}

/**
 * The last index of a path. A quoted name cannot be mistaken for it, because a quote and a bracket would
 * follow.
 */
const LAST_INDEX = /^(.*)\[(\d{1,9})\]([^[\]]*)$/s;
const COUNTED = /^(.*)\[\+(\d{1,9})\]([^[\]]*)$/s;

interface Counted {
  before: string;
  index: number;
  after: string;
}

/** An entry to which further parts may be added. */
interface Fold {
  first: NumberedPath;
  count: number;
  /** The step of the producer, known from the second part on. */
  step?: 0 | 1;
  from?: Counted;
  to?: Counted;
}

/**
 * Writes parts in their order. A part that differs from the previous one only in an index is folded into it.
 */
export function foldPaths(paths: readonly NumberedPath[]): WirePath[] {
  const folds: Fold[] = [];
  for (const path of paths) {
    const last = folds[folds.length - 1];
    if (!last || !takes(last, path)) folds.push({ first: path, count: 1 });
  }
  return folds.map(written);
}

/** Reads all parts, at most `most`. What cannot be read is left out. */
export function unfoldPaths(folds: unknown, most: number): NumberedPath[] {
  const paths: NumberedPath[] = [];
  if (!Array.isArray(folds)) return paths;
  for (const fold of folds as unknown[]) {
    if (!isWirePath(fold)) continue;
    const [producer, from, to, count = 1, step = 0] = fold;
    for (let n = 0; n < count && paths.length < most; n += 1) {
      paths.push({ producer: producer + n * step, from: at(from, n, count), to: at(to, n, count) });
    }
  }
  return paths;
}

/** Adds the next part to a fold; false if it does not fit. */
function takes(fold: Fold, path: NumberedPath): boolean {
  const { first, count } = fold;
  const step = path.producer - first.producer;
  if (count > 1) {
    if (step !== fold.step! * count || !follows(fold.from, first.from, path.from, count)) return false;
    if (!follows(fold.to, first.to, path.to, count)) return false;
    fold.count += 1;
    return true;
  }
  if (step !== 0 && step !== 1) return false;
  const [from, to] = [counterOf(first.from, path.from), counterOf(first.to, path.to)];
  if (from === null || to === null) return false;
  Object.assign(fold, { count: 2, step, from, to });
  return true;
}

/** The index that counts from one path to the next; `undefined` for equal paths, `null` for others. */
function counterOf(first: string, second: string): Counted | undefined | null {
  if (first === second) return undefined;
  const match = LAST_INDEX.exec(first);
  if (!match) return null;
  const counted = { before: match[1]!, index: Number(match[2]), after: match[3]! };
  return second === counting(counted, 1) ? counted : null;
}

function follows(counted: Counted | undefined, first: string, path: string, n: number): boolean {
  return path === (counted ? counting(counted, n) : first);
}

function counting({ before, index, after }: Counted, n: number): string {
  return `${before}[${index + n}]${after}`;
}

function written({ first, count, step, from, to }: Fold): WirePath {
  if (count === 1) return [first.producer, first.from, first.to];
  const texts = [template(from, first.from), template(to, first.to)] as const;
  return step === 1 ? [first.producer, ...texts, count, 1] : [first.producer, ...texts, count];
}

function template(counted: Counted | undefined, first: string): string {
  return counted ? `${counted.before}[+${counted.index}]${counted.after}` : first;
}

function at(text: string, n: number, count: number): string {
  const match = count > 1 ? COUNTED.exec(text) : null;
  return match ? counting({ before: match[1]!, index: Number(match[2]), after: match[3]! }, n) : text;
}

function isWirePath(value: unknown): value is WirePath {
  if (!Array.isArray(value)) return false;
  const [producer, from, to, count = 1, step = 1] = value as unknown[];
  const numbers = [producer, count].every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
  return numbers && typeof from === 'string' && typeof to === 'string' && step === 1;
}
