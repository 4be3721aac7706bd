/**
 * Attempts whose code did not run: types of their failures, and when a waiting one is tried again. [isolate-safe]
 * @module
 */

/** Metadata were refused. */
export const REFUSAL_TYPE = 'MetadataValidationError';

/** The store took nothing, and `onStoreFailure` is `block`. */
export const BLOCKED_TYPE = 'ProvenanceStoreUnavailable';

/** Seconds after which an activity that waits for metadata (`onRefusal: 'wait'`) asks again. */
export const WAIT_S = 30;
