/**
 * Reports how values are followed from run to run, worker by worker. Node only.
 * @module
 */
import type { DataFlow, DataFlowMeans } from '../../model/environment';
import type { Facts } from './facts';
import { type Found, lastOfEach, perSession, warn } from './finding';

/** For each means except the sandbox: the consequence, and the solution. */
const WORDS: readonly (readonly [DataFlowMeans, (runs: string) => string])[] = [
  [
    'values',
    (runs) =>
      `${runs} of workflows without the plugin's module are linked only by equal strings: bundle the workflows with the plugin`,
  ],
  [
    'start_unread',
    (runs) =>
      `${runs} of workflows without the plugin's module are not linked, because the start of the workflow was not read (capture.lookup is off, or the server did not answer)`,
  ],
  [
    'start_too_large',
    (runs) =>
      `${runs} of workflows without the plugin's module are not linked, because the arguments of the workflow are too large to compare`,
  ],
];

/** Reports the means by which values are followed: identity in the sandbox, equal strings, or none. */
export function judgeDataFlow({ sessions }: Facts): Found[] {
  const runs = lastOfEach(sessions).map(({ session }) => session.capture?.data_flow?.runs.sandbox ?? 0);
  const sum = runs.reduce((total, count) => total + count, 0);
  const healthy = sum === 0 ? 'no activity of a workflow has run yet' : `by identity, in ${counted(sum)}`;
  return perSession(sessions, healthy, ({ session: { capture } }) =>
    capture?.data_flow ? findings(capture.data_flow) : [],
  );
}

function findings({ runs, sandbox_lacks }: DataFlow): Found[] {
  const found = WORDS.flatMap(([means, words]) => {
    const count = runs[means];
    return count ? [warn(words(counted(count)))] : [];
  });
  if (sandbox_lacks === undefined) return found;
  return [...found, warn(`in ${counted(runs.sandbox ?? 0)} ${sandbox_lacks}`)];
}

function counted(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}
