/**
 * Who produced the bytes that a run used, where nobody is known to have written them under the name that the run used. [isolate-safe]
 * @module
 */
import { isLater, type Use, type Worker, type Writing } from './writings';

/** Bytes as few as this are alike by chance: an empty file, a marker. */
export const FEW_CONTENT_BYTES = 32;
/** Most producers that are named where several fit. So many stored: there may be more. */
export const MAX_CONTENT_CANDIDATES = 20;

/** Producers of some bytes; `ambiguous` where more than one fits. */
export interface ContentProducers {
  producers: readonly Writing[];
  ambiguous: boolean;
}

/**
 * One activity that generated the bytes before the use is their producer: the only one under the very name, or else the only one at
 * all that made them. Who was given them and wrote them elsewhere has copied them: where they come from is where the original does.
 * Attempts of one activity are one producer, by what the last of them wrote.
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
