/**
 * Finds the run that an equal string comes from, if no sandbox module reports the data flow. [isolate-safe]
 * @module
 */
import { EVIDENCE } from '../model/link';
import { LinkSet } from './links';
import type { Worker } from './writings';

/** A meaningful string among the arguments of a run. */
export interface ArgumentValue {
  digest: string;
  path: string;
}

/** An activity that completed, and returned the string. */
export interface ValueProducer {
  by: Worker;
  path: string;
  /** When it had ended, UNIX seconds. */
  time: number;
}

/** The places where a string was seen in one execution. */
export interface SeenValue {
  /** When it first occurred in arguments: the time for which their activity was scheduled, UNIX seconds. */
  first_argument_time: number;
  /** Attempts that completed and returned it. */
  producers: readonly ValueProducer[];
}

/** The most producers that are named if several fit. */
const MAX_VALUE_CANDIDATES = 20;

/**
 * The links into a run from the activities whose results its arguments repeat. A string that was in arguments
 * before an activity returned it came from elsewhere, and gives no link.
 * @param scheduled_time of the run, UNIX seconds
 */
export function valuesInto(
  run: Worker,
  scheduled_time: number,
  values: readonly ArgumentValue[],
  seen: (digest: string) => SeenValue,
): LinkSet {
  const links = new LinkSet();
  for (const { digest, path: to } of values) {
    const { first_argument_time, producers } = seen(digest);
    const before = perActivity(
      producers.filter(({ by, time }) => time <= scheduled_time && by.activity !== run.activity),
    );
    if (before.length === 0 || first_argument_time <= Math.min(...producers.map(({ time }) => time)))
      continue;
    const evidence = EVIDENCE[before.length === 1 ? 'value' : 'value-ambiguous'];
    for (const { by, path: from } of before.slice(0, MAX_VALUE_CANDIDATES))
      links.add(by.node, run.node, 'informed', evidence, [{ evidence, from, to }]);
  }
  return links;
}

/** The last run of each activity that returned it, in the order of their ends. */
function perActivity(producers: readonly ValueProducer[]): ValueProducer[] {
  const sorted = [...producers].sort((a, b) => a.time - b.time || (a.by.uid < b.by.uid ? -1 : 1));
  return [...new Map(sorted.map((one) => [one.by.activity, one])).values()];
}
