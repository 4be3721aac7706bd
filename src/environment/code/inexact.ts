/**
 * Where the identity of the code that runs ends: each place by reason and name, the gravest first. Node.
 * @module
 */
import type { JsonObject } from '../../model/json';

/** Gravest first. */
const REASONS = [
  /** There was no time. */
  'not_compared',
  /** The file is not there any more. */
  'gone',
  'unreadable',
  /** One file, or all together. */
  'too_large',
  /** Written after the process began: what was loaded may have been other content. */
  'changed_since_start',
  /** Its digest is known, and there was no time to keep its content. */
  'not_kept',
  /** It holds a secret. */
  'withheld',
  /** A preloaded module or a hook: what runs may not be what lies on disk. */
  'loader',
  /** A name that is worked out as the program runs. */
  'computed_import',
  /** Not searched for what it names. */
  'unread',
] as const;

type InexactReason = (typeof REASONS)[number];

/** A place where the code that runs is not known exactly, and why. */
export interface Inexact extends JsonObject {
  reason: InexactReason;
  /** File (with its line), module or extension. */
  where: string;
}

/** Places that are named one by one. */
const NAMED = 50;

/** In a fixed order, as many as are named. */
export function namedPlaces(places: readonly Inexact[]): Inexact[] {
  return [...places].sort(byReason).slice(0, NAMED);
}

/** The gravest reason; undefined where there is none. */
export function gravestReason(places: readonly Inexact[]): InexactReason | undefined {
  return namedPlaces(places)[0]?.reason;
}

function byReason(a: Inexact, b: Inexact): number {
  const [first, second] = [REASONS.indexOf(a.reason), REASONS.indexOf(b.reason)];
  if (first !== second) return first - second;
  return a.where < b.where ? -1 : a.where > b.where ? 1 : 0;
}
