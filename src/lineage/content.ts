/**
 * Finds the producer of the bytes that a run used, if no run is known to have written them under the name that
 * was used. [isolate-safe]
 * @module
 */
import { isLater, type Use, type Worker, type Writing } from './writings';

/** Contents up to this size may be equal by chance: an empty file, a marker. */
export const FEW_CONTENT_BYTES = 32;
/** The most producers that are named if several fit. If this many are stored, there may be more. */
export const MAX_CONTENT_CANDIDATES = 20;

/** Producers of some bytes; `ambiguous` if more than one fits. */
export interface ContentProducers {
  producers: readonly Writing[];
  ambiguous: boolean;
}

/**
 * Finds the activity that generated the bytes before the use: the only one under the same name, or else the
 * only one that produced them. A run that used the same bytes and wrote them elsewhere has copied them; the
 * producer is that of the original. Attempts of one activity count as one producer, by what the last of them
 * wrote.
 */
export function contentProducers(run: Worker, use: Use, writings: readonly Writing[]): ContentProducers {
  const before = writings.filter(({ by, time }) => time < use.time && by.activity !== run.activity);
  // See docs/design/lineage.md#where-facts-leave-a-choice.
  const named = perActivity(before.filter(({ artifact }) => artifact === use.artifact));
  if (named.length === 1) return { producers: named, ambiguous: false };
  const all = perActivity(before.filter(({ copied }) => !copied));
  return { producers: all.slice(0, MAX_CONTENT_CANDIDATES), ambiguous: all.length > 1 };
}

/** What each activity wrote last, the newest first. */
function perActivity(writings: readonly Writing[]): Writing[] {
  const last = new Map<string, Writing>();
  for (const writing of writings) {
    const known = last.get(writing.by.activity);
    if (!known || isLater(writing, known)) last.set(writing.by.activity, writing);
  }
  return [...last.values()].sort((a, b) => (isLater(a, b) ? -1 : 1));
}
