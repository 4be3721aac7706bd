/**
 * Restores the tracked code of the repository itself. Node.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { objectAt, type Restoration, textOf } from './restoration';
import { cloneOf, recordedRepository, restoreTree } from './tree';

/**
 * Clones the repository and checks out the recorded tree. @throws ProvenanceError `NOT_FOUND` if there is
 * nothing to build from
 */
export async function restoreCheckout(restoration: Restoration): Promise<void> {
  const { environment, folder } = restoration;
  const detail = objectAt(environment.detail, 'git');
  const recorded = {
    ...recordedRepository('', objectAt(environment.identity, 'git'), detail),
    patchReason: environment.reasons['git.patch'] ?? environment.reasons['git.worktree_tree'],
    lineEndingsReason: uncompared(environment.reasons['git.line_endings']),
  };
  const { commit } = recorded;
  if (!commit && !recorded.tree)
    throw new ProvenanceError(
      'NOT_FOUND',
      'The environment has neither a commit nor a work tree, so it cannot be restored.',
    );
  const from = restoration.from ?? textOf(detail.repository);
  if (commit && !from)
    throw new ProvenanceError(
      'NOT_FOUND',
      'The environment has no repository: set the repository to clone from.',
    );
  const sources = commit && from ? [cloneOf(from, commit)] : [];
  restoration.tree = await restoreTree(restoration, folder, recorded, sources);
}

/** The reason why something was not compared; undefined if there was nothing to compare. */
function uncompared(reason: string | undefined): string | undefined {
  return reason === 'as_checked_out' ? undefined : reason;
}
