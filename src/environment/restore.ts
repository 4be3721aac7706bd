/**
 * Restores the code of an environment part by part, and then decides whether it is exactly what ran. Node.
 *
 * Each part is one step: it restores what it can, and names what it cannot (`Restoration.lack`). The code is
 * exact if no step named anything. A new part is a new step.
 * @module
 */
import { restoreCheckout } from './restore/checkout';
import { restoreInner } from './restore/inner';
import { restoreLoaded } from './restore/loaded';
import { Restoration, type RestoreOptions, type RestoreStep } from './restore/restoration';
import { restoreUntracked } from './restore/untracked';

/** How far the code was restored. */
export interface RestoreReport {
  /** Absolute path of the folder with the restored code. */
  folder: string;
  /**
   * True if every code file outside `node_modules` that the environment names is restored with its digest, and
   * the environment names no file that was not compared.
   */
  exact: boolean;
  /** Tree of the restored index, and the tree that ran. */
  tree: string;
  /** The tree that ran; null if it is not known. */
  expected: string | null;
  /** What could not be restored, as texts for people. */
  missing: string[];
}

/** In this order: untracked files are written over what git checked out. */
const STEPS: readonly RestoreStep[] = [restoreCheckout, restoreInner, restoreUntracked, restoreLoaded];

/**
 * Restores the code.
 * @throws ProvenanceError `NOT_FOUND` if neither commit nor patch is known, or there is nothing to clone from
 */
export async function restoreCode(options: RestoreOptions): Promise<RestoreReport> {
  const restoration = new Restoration(options);
  for (const step of STEPS) await step(restoration);
  const { folder, tree, expected, missing } = restoration;
  return { folder, exact: tree === expected && missing.length === 0, tree, expected, missing };
}
