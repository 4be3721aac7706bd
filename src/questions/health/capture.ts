/**
 * Checks whether anything is captured at all, and what prevents it: one check for each cause. Node only.
 * @module
 */
import { otherPlugins } from '../../options/other-plugins';
import type { Facts } from './facts';
import { type Found, fail, ok, perSession, warn } from './finding';

/** A worker that has run for this long should have left a run. */
const LONG_SECONDS = 600;

/** Workers with the plugin, and whether they leave runs. */
export function judgeWorkers({ sessions, counts }: Facts): Found {
  if (sessions.length === 0) return warn('no worker with the plugin has used this store');
  const running = sessions.filter(({ session }) => session.stop_time === undefined).length;
  const words = running === 0 ? 'none is running' : `${running} without a recorded end: running, or killed`;
  const since = Math.min(...sessions.map(({ session }) => session.start_time));
  if (counts.runs === 0 && counts.refusals === 0 && Date.now() / 1000 - since > LONG_SECONDS)
    return warn(
      `${words}, and none has recorded a run: check whether activities ran, whether the option capture excludes them, and their task queues`,
    );
  return ok(words);
}

/** What plugins after ours did to our part of a worker. */
export function judgePlugins({ sessions }: Facts): Found[] {
  return perSession(sessions, 'no conflict', ({ session: { capture } }) => {
    const others = capture?.other_plugins;
    return others ? [warn(otherPlugins(others.did, others.after))] : [];
  });
}

/** Activities that leave no run because of the lab's own rule. */
export function judgeRules({ sessions }: Facts): Found[] {
  return perSession(sessions, 'every activity is recorded', ({ session: { detail } }) => {
    const rules = Array.isArray(detail.capture) ? (detail.capture as unknown[]) : [];
    const left_out = rules.flatMap((rule) =>
      Array.isArray(rule) && typeof rule[0] === 'string' && rule[1] === false ? [rule[0]] : [],
    );
    if (left_out.length === 0) return [];
    if (left_out.includes('*'))
      return [warn('the option capture excludes all activities that it does not name (`"*": false`)')];
    return [ok(`excluded by the option capture: ${left_out.join(', ')}`)];
  });
}

/** A worker whose set-up failed has no session: only its losses show it. */
export function judgeSetUp({ losses }: Facts): Found {
  const failed = losses.find(({ loss }) => loss === 'set-up');
  if (!failed) return ok('no failure recorded');
  return fail(
    `failed ${failed.count} times; those workers recorded nothing: ${failed.detail}. Reinstall the package`,
  );
}
