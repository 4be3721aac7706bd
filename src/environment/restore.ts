/**
 * Builds the code of an environment again, part by part, and then says whether it is exactly what ran. Node.
 *
 * Each part is one step: it restores what it can, and names what it can not (`Restoration.lack`). The code is exact when
 * no step named anything. A further part is a further step.
 * @module
 */
import { restoreCheckout } from './restore/checkout';
import { restoreInner } from './restore/inner';
import { restoreLoaded } from './restore/loaded';
import { Restoration, type RestoreOptions, type RestoreStep } from './restore/restoration';
import { restoreUntracked } from './restore/untracked';

/** How far the code was restored. */
export interface RestoreReport {
  folder: string;
  /**
   * True when every code file outside of `node_modules` that the environment names is there with its digest, and the
   * environment says of none that it was not compared.
   */
  exact: boolean;
  /** Tree of the restored index, and the one that ran. */
  tree: string;
  expected: string | null;
  /** What could not be had. */
  missing: string[];
}

/** In this order: files that git does not track are written over what it checked out. */
const STEPS: readonly RestoreStep[] = [restoreCheckout, restoreInner, restoreUntracked, restoreLoaded];

/**
 * Restores the code.
 * @throws ProvenanceError `NOT_FOUND` when neither commit nor patch is known, or there is nothing to clone from
 */
export async function restoreCode(options: RestoreOptions): Promise<RestoreReport> {
  const restoration = new Restoration(options);
  for (const step of STEPS) await step(restoration);
  const { folder, tree, expected, missing } = restoration;
  return { folder, exact: tree === expected && missing.length === 0, tree, expected, missing };
}
