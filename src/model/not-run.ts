/**
 * Attempts whose code did not run: the types of their failures, and when a waiting one is retried.
 * [isolate-safe]
 * @module
 */

/** The metadata was refused. */
export const REFUSAL_TYPE = 'MetadataValidationError';

/** The store was unavailable, and `onStoreFailure` is `block`. */
export const BLOCKED_TYPE = 'ProvenanceStoreUnavailable';

/** Seconds after which an activity that waits for metadata (`onRefusal: 'wait'`) is retried. */
export const WAIT_S = 30;
