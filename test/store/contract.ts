/**
 * What every store must do, whatever database is under it. Called by `<dialect>.real.test.ts` with a factory of empty stores.
 * @module
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store';
import { resolutionContract } from './contract/resolution';
import { runContract } from './contract/runs';
import { stashContract } from './contract/stash';
import { surroundingsContract } from './contract/surroundings';

/** An empty store of its own, and how to open it once more. */
export interface ContractStore {
  store: Store;
  reopen: () => Promise<Store>;
  close: () => Promise<void>;
}

/** The store of the test that runs. */
export interface Under {
  store: Store;
  reopen: () => Promise<Store>;
}

export function storeContract(name: string, makeStore: () => Promise<ContractStore>): void {
  describe(name, () => {
    const under = {} as Under;
    let made: ContractStore;
    beforeEach(async () => {
      made = await makeStore();
      under.store = made.store;
      under.reopen = made.reopen;
    });
    afterEach(() => made.close());

    runContract(under);
    stashContract(under);
    surroundingsContract(under);
    resolutionContract(under);
  });
}
