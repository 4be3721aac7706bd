/**
 * Sinks of a worker that records nothing: the bundle calls them, and nothing comes of it. Loaded with the plugin, so that a
 * replayer needs no more of us. Node only.
 * @module
 */
import type { InjectedSinks } from '@temporalio/worker';
import { type ProvenanceSinks, SINK_NAME } from '../workflow/sinks';

/** Sinks that drop what they are called with. */
export function inertSinks(): InjectedSinks<ProvenanceSinks> {
  const fn = (): void => {};
  return {
    [SINK_NAME]: { execution: { fn }, context: { fn }, close: { fn }, progress: { fn }, origins: { fn } },
  };
}
