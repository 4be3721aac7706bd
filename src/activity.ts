/**
 * For activity code: the run that it belongs to. Works the same, with nothing to say, where nothing is recorded. Node only.
 * @module
 */
import { asyncLocalStorage } from '@temporalio/activity';
import { type CurrentRun, NO_RUN, runOf } from '../interceptors/activity/current-run';

export type { CurrentRun, OpenRun, UnrecordedRun } from '../interceptors/activity/current-run';
export type { Json, JsonObject } from './model/json';

/** The run of the activity that calls; `recorded: false` and no uid where there is none. Never throws. */
export function currentRun(): CurrentRun {
  try {
    const context = asyncLocalStorage.getStore();
    return (context && runOf(context)) ?? NO_RUN;
  } catch {
    return NO_RUN;
  }
}
