/**
 * Limits for recorded values. Node.
 * @module
 */
import { VALUES } from '../model/limits';

/** Limits of recorded values. */
export interface ValueLimits {
  /** Longest JSON text of a value that is recorded in full, in bytes of UTF-8. @defaultValue 16384 */
  value_bytes: number;
  /**
   * The most bytes of JSON text of all values of one call together. Of further values only digests are
   * recorded. @defaultValue 131072
   */
  total_bytes: number;
  /** The most levels of nesting. Deeper values are marked. @defaultValue 64 */
  depth: number;
  /** Length of a digested value's head, in characters. @defaultValue 256 */
  head_characters: number;
  /**
   * The most values (leaves and containers) and names of properties that are read of one value. @defaultValue
   * 20000
   */
  read_values: number;
  /** The most characters that are read of one value. A longer string is sampled. @defaultValue 1000000 */
  read_characters: number;
  /** Length of an error's message and of its stack, in characters each. @defaultValue 16384 */
  text_characters: number;
  /** The most errors of one cause chain. @defaultValue 10 */
  causes: number;
}

/** The limits of a lab that sets none: `VALUES` of the table of limits. */
export const DEFAULT_VALUE_LIMITS: Readonly<ValueLimits> = VALUES;

/** The defaults, overridden by the given limits. */
export function valueLimits(given: Partial<ValueLimits> | undefined): Readonly<ValueLimits> {
  return given === undefined ? DEFAULT_VALUE_LIMITS : { ...DEFAULT_VALUE_LIMITS, ...given };
}
