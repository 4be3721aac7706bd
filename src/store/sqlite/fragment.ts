/**
 * Moved to ../fragment.ts. Node only.
 * @module
 */
export * from '../fragment';
