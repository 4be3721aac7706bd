/**
 * The text for start and `doctor` about other plugins that interfere with ours. Node only.
 * @module
 */

/** What other plugins did to our part, the consequence, and the solution. */
export function otherPlugins(did: 'replaced' | 'dropped', after: readonly string[]): string {
  const who = after.length === 0 ? 'another plugin' : `a plugin after ProvenancePlugin (${after.join(', ')})`;
  const what =
    did === 'replaced'
      ? `${who} replaced the worker's interceptors. Activities are still recorded, but what they start through their client does not get their metadata`
      : `${who} returned the worker's options without \`plugins\`. The worker is still recorded until the process exits`;
  return `${what}. Put ProvenancePlugin last in \`plugins\``;
}
