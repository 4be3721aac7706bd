/**
 * Which plugins come after ours. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';

const OURS = 'temporal-provenance';

/** Names of the plugins that a worker's options pass through after ours. */
export function pluginsAfterOurs({ plugins = [] }: WorkerOptions): string[] {
  const names = plugins.map(({ name }) => name);
  return names.slice(names.indexOf(OURS) + 1).filter((name) => name !== OURS);
}
