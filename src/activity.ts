/**
 * For activity code: access to the run that it belongs to. Works the same if nothing is recorded. Node only.
 * @module
 */
import { asyncLocalStorage } from '@temporalio/activity';
import { type CurrentRun, NO_RUN, runOf } from '../interceptors/activity/current-run';

export type { CurrentRun, OpenRun, UnrecordedRun } from '../interceptors/activity/current-run';
export type { Json, JsonObject } from './model/json';

/**
 * Returns the run of the calling activity. If the call is not recorded (outside an activity, without the
 * plugin, or excluded by a `capture` rule), returns a run with `recorded: false` and no uid. Never throws.
 */
export function currentRun(): CurrentRun {
  try {
    const context = asyncLocalStorage.getStore();
    return (context && runOf(context)) ?? NO_RUN;
  } catch {
    return NO_RUN;
  }
}
