/**
 * Identities and their limits. [isolate-safe]
 * @module
 */

/** Largest scan id: 2^53 − 1, the largest integer that a JSON number carries exactly. */
export const MAX_SCAN_ID = Number.MAX_SAFE_INTEGER;

/** True for a run's whole uid: a UUID in lower case. */
export function isUid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/**
 * The number of characters from a uid's end that people are shown: the first 8 of a UUID v7 are the same for 65
 * s.
 */
const SHORT_UID_LENGTH = 8;

/** Shortest prefix or suffix of a uid that may name a run. */
export const MIN_UID_PART_LENGTH = 6;

/** The part of a uid that people are shown. */
export function shortUid(uid: string): string {
  return uid.slice(-SHORT_UID_LENGTH);
}

/** True for a valid scan id: a non-negative integer up to {@link MAX_SCAN_ID}. */
export function isScanId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
