/**
 * What every store must do, whatever database is under it. Called by `<dialect>.real.test.ts` with a factory of empty stores.
 * @module
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store';
import { countingContract } from './contract/counting';
import { detailsContract } from './contract/details';
import { hintsContract } from './contract/hints';
import { linkingContract } from './contract/linking';
import { outlineContract } from './contract/outlines';
import { progressContract } from './contract/progress';
import { resolutionContract } from './contract/resolution';
import { rowContract } from './contract/rows';
import { runContract } from './contract/runs';
import { sharedScanContract } from './contract/shared-scans';
import { stashContract } from './contract/stash';
import { surroundingsContract } from './contract/surroundings';
import { underWayContract } from './contract/under-way';
import { verificationContract } from './contract/verification';
import { viewsContract } from './contract/views';

/** An empty store of its own, and how to open it once more. */
export interface ContractStore {
  store: Store;
  reopen: () => Promise<Store>;
  close: () => Promise<void>;
  sql: Sql;
}

/** What somebody does to the database past the store. */
export interface Sql {
  /** A statement, once the table's own triggers are out of its way. */
  edit: (table: string, statement: string) => Promise<void>;
  /** First column of the rows. */
  query: (statement: string) => Promise<unknown[]>;
  /** Literal of some bytes. */
  bytes: (hex: string) => string;
}

/** The store of the test that runs. */
export interface Under extends Sql {
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
      Object.assign(under, made.sql);
    });
    afterEach(() => made.close());

    runContract(under);
    sharedScanContract(under);
    countingContract(under);
    outlineContract(under);
    stashContract(under);
    rowContract(under);
    surroundingsContract(under);
    verificationContract(under);
    progressContract(under);
    resolutionContract(under);
    underWayContract(under);
    hintsContract(under);
    viewsContract(under);
    linkingContract(under);
    detailsContract(under);
  });
}
