/**
 * The places where the code that runs is not known exactly, by reason and name, the most serious first. Node.
 * @module
 */
import type { JsonObject } from '../../model/json';

/** Gravest first. */
const REASONS = [
  /** There was no time to compare the file. */
  'not_compared',
  /** The file is deleted. */
  'gone',
  'unreadable',
  /** One file is too large, or all together are. */
  'too_large',
  /** The file was written after the process began, so the loaded content may differ. */
  'changed_since_start',
  /** The digest of the file is known, but there was no time to keep its content. */
  'not_kept',
  /** The file contains a secret. */
  'withheld',
  /** A preloaded module or a hook: the code that runs may differ from the file. */
  'loader',
  /** A module name that is computed at run time. */
  'computed_import',
  /** The file was not searched for imports. */
  'unread',
] as const;

type InexactReason = (typeof REASONS)[number];

/** A place where the code that runs is not known exactly, and why. */
export interface Inexact extends JsonObject {
  reason: InexactReason;
  /** File (with its line), module or extension. */
  where: string;
}

/** The most places that are listed one by one. */
const NAMED = 50;

/** The listed places, in a fixed order. */
export function namedPlaces(places: readonly Inexact[]): Inexact[] {
  return [...places].sort(byReason).slice(0, NAMED);
}

/** The most serious reason; undefined if there is none. */
export function gravestReason(places: readonly Inexact[]): InexactReason | undefined {
  return namedPlaces(places)[0]?.reason;
}

function byReason(a: Inexact, b: Inexact): number {
  const [first, second] = [REASONS.indexOf(a.reason), REASONS.indexOf(b.reason)];
  if (first !== second) return first - second;
  return a.where < b.where ? -1 : a.where > b.where ? 1 : 0;
}
