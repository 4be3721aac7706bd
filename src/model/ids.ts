/**
 * Identities and their limits. [isolate-safe]
 * @module
 */

/** Largest scan id: 2^53 − 1, the largest integer a JSON number carries exactly. */
export const MAX_SCAN_ID = Number.MAX_SAFE_INTEGER;

/** A run's whole uid: a UUID in lower case. */
export function isUid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** People are shown this many characters from a uid's end: a UUID v7's first 8 are the same for 65 s. */
const SHORT_UID_LENGTH = 8;

/** Shortest prefix or suffix of a uid that may name a run. */
export const MIN_UID_PART_LENGTH = 6;

/** The part of a uid that people are shown. */
export function shortUid(uid: string): string {
  return uid.slice(-SHORT_UID_LENGTH);
}

/** A scan id as it may be recorded: a non-negative integer up to {@link MAX_SCAN_ID}. */
export function isScanId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
