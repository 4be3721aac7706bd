/**
 * Finds the plugins that come after ours. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';

const OURS = 'temporal-provenance';

/** Names of the plugins that process a worker's options after ours. */
export function pluginsAfterOurs({ plugins = [] }: WorkerOptions): string[] {
  const names = plugins.map(({ name }) => name);
  return names.slice(names.indexOf(OURS) + 1).filter((name) => name !== OURS);
}
