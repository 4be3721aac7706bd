/**
 * The text for start and `doctor` about other plugins that interfere with ours. Node only.
 * @module
 */

/** What other plugins did to our part, the consequence, and the solution. */
export function otherPlugins(did: 'replaced' | 'dropped', after: readonly string[]): string {
  const who = after.length === 0 ? 'another plugin' : `a plugin after ProvenancePlugin (${after.join(', ')})`;
  const what =
    did === 'replaced'
      ? `${who} replaced the worker's interceptors. Activities are recorded all the same; what they start through their client has no metadata of theirs`
      : `${who} gave the worker's options back without their \`plugins\`. What the worker does is recorded all the same, until the process exits`;
  return `${what}. Put ProvenancePlugin last in \`plugins\``;
}
