/**
 * What `verify` looks for and how it answers. Node only.
 * @module
 */

/** Something that is not as it was written. */
export interface VerifyFault {
  /**
   * `database`: the database's own check, or a part of it that can't be read. `reference`: a row that refers to nothing.
   * `content`: not what its digest says. `document`: changed after it was written. `missing`: taken out without a tombstone.
   * `chain`: the chain itself. `link`: links, or what they rest on, are not what the facts of a run give.
   */
  kind: 'database' | 'reference' | 'content' | 'document' | 'missing' | 'chain' | 'link';
  /** Table or kind of document, e.g. `stop`. */
  what: string;
  /** uid of the run, id of the environment, digest, …; null where none is known. */
  name: string | null;
  /** One sentence for people. Holds no recorded value. */
  message: string;
}

/** A link of the chain, to be noted where the store's writers can't reach: nothing before it can change unseen. */
export interface ChainHead {
  n: number;
  /** Hex. */
  digest: string;
}

/** What is looked at, in the order in which it is. */
export type VerifyPart = 'database' | 'references' | 'metadata' | 'blob' | 'links' | 'chain';

/** Where a page begins. */
export interface VerifyCursor {
  part: VerifyPart;
  /** Key of the last row of the page before. */
  after: number;
  /** What was counted when the check began, and the link that it goes up to. */
  documents: number;
  until: number;
  /** Documents that were found in the chain as they stand. */
  covered: number;
  /** Digest of the link before, hex. */
  previous: string | null;
}

/** What one page of a verification found. */
export interface VerifyPage {
  /** What this page looked at. */
  part: VerifyPart;
  checked: number;
  faults: VerifyFault[];
  /** Of `links`: links of the chain and runs that are not derived yet, so that nothing was compared. */
  behind?: number;
  /** Documents that are gone, or hold less, under a tombstone. */
  tombstoned: number;
  /** Where the next page begins; absent on the last one. */
  next?: VerifyCursor;
  /** On the last page: the link up to which all was checked; null in a store without any. */
  head?: ChainHead | null;
  /** On the last page: documents that no link covers, written by a release before 0.1.0 or by hand. */
  uncovered?: number;
}

/** Where a page begins, and what must be there. */
export interface VerifyOptions {
  after?: VerifyCursor;
  /** A link that was noted earlier: it must still be there. */
  expected?: ChainHead;
}
