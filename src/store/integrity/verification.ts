/**
 * The results of `verify`: kinds of faults, pages and cursors. Node only.
 * @module
 */

/** A part of the store that differs from what was written. */
export interface VerifyFault {
  /**
   * `database`: the database's own check failed, or a part can't be read. `reference`: a row refers to a missing row. `content`:
   * a content does not match its digest. `document`: a document was changed after it was written. `missing`: a document was
   * removed without a tombstone. `chain`: the chain itself is damaged. `link`: links, or the facts that they follow from, differ
   * from what the facts of a run yield.
   */
  kind: 'database' | 'reference' | 'content' | 'document' | 'missing' | 'chain' | 'link';
  /** Table or kind of document, e.g. `stop`. */
  what: string;
  /** The uid of the run, id of the environment, digest, …; null if none is known. */
  name: string | null;
  /** One sentence for people. It contains no recorded value. */
  message: string;
}

/**
 * The head of the chain. Keep a copy where the store's writers can't change it. It reveals every change of an earlier document.
 */
export interface ChainHead {
  n: number;
  /** Hex. */
  digest: string;
}

/** The parts of a store, in the order in which they are verified. */
export type VerifyPart = 'database' | 'references' | 'metadata' | 'blob' | 'links' | 'chain';

/** The position at which a page begins. */
export interface VerifyCursor {
  part: VerifyPart;
  /** Key of the last row of the previous page. */
  after: number;
  /** The number of documents when the check began. `until` is the last chain link to check. */
  documents: number;
  until: number;
  /** Documents in the chain that were found unchanged. */
  covered: number;
  /** Digest of the previous link, hex. */
  previous: string | null;
}

/** The result of one page of a verification. */
export interface VerifyPage {
  /** The part that this page checked. */
  part: VerifyPart;
  checked: number;
  faults: VerifyFault[];
  /** Part `links` only: chain links and runs that are not derived yet. Nothing was compared. */
  behind?: number;
  /** Documents that a tombstone explains: they were deleted or shortened. */
  tombstoned: number;
  /** The position of the next page. Absent on the last one. */
  next?: VerifyCursor;
  /** On the last page: the chain link up to which everything was checked. Null if the store has no chain link. */
  head?: ChainHead | null;
  /** On the last page: documents that no chain link lists. A release before 0.1.0 wrote them, or a person did by hand. */
  uncovered?: number;
}

/** The position at which a page begins, and the chain head to look for. */
export interface VerifyOptions {
  after?: VerifyCursor;
  /** A chain head that was noted earlier. It must still be in the chain. */
  expected?: ChainHead;
}
