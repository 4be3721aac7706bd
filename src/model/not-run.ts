/**
 * Types of the failures of attempts whose code did not run. [isolate-safe]
 * @module
 */

/** Metadata were refused. */
export const REFUSAL_TYPE = 'MetadataValidationError';

/** The store took nothing, and `onStoreFailure` is `block`. */
export const BLOCKED_TYPE = 'ProvenanceStoreUnavailable';
