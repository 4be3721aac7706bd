/**
 * Sinks of a worker that records nothing: the bundle calls them, without effect. They are loaded with the
 * plugin, so that a replayer needs nothing more from it. Node only.
 * @module
 */
import type { InjectedSinks } from '@temporalio/worker';
import { type ProvenanceSinks, SINK_NAME } from '../workflow/sinks';

/** Sinks that ignore every call. */
export function inertSinks(): InjectedSinks<ProvenanceSinks> {
  const fn = (): void => {};
  return {
    [SINK_NAME]: { execution: { fn }, context: { fn }, close: { fn }, progress: { fn }, origins: { fn } },
  };
}
