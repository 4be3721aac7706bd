/**
 * What plugins that come after ours may do to our part of a worker, and how that is told. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';

const OURS = 'temporal-provenance';

/** Names of the plugins that a worker's options pass through after ours. */
export function pluginsAfterOurs({ plugins = [] }: WorkerOptions): string[] {
  const names = plugins.map(({ name }) => name);
  return names.slice(names.indexOf(OURS) + 1).filter((name) => name !== OURS);
}

/** What other plugins did to our part, what comes of it, and the way out. */
export function otherPlugins(did: 'replaced' | 'dropped', after: readonly string[]): string {
  const who = after.length === 0 ? 'another plugin' : `a plugin after ProvenancePlugin (${after.join(', ')})`;
  const what =
    did === 'replaced'
      ? `${who} replaced the worker's interceptors. Activities are recorded all the same; what they start through their client has no metadata of theirs`
      : `${who} gave the worker's options back without their \`plugins\`. What the worker does is recorded all the same, until the process exits`;
  return `${what}. Put ProvenancePlugin last in \`plugins\``;
}
