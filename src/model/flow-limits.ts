/**
 * The limits for following data through workflows, each with its reason; as {@link module:src/model/limits}.
 * [isolate-safe]
 * @module
 */

/** The lineage that a header can name. */
export const LINEAGE_HEADER = {
  /** Producers of one argument list: enough for a fan-out of files, without start documents of megabytes. */
  most_producers: 5_000,
  /** Paths in one header: each takes about a hundred bytes of a start document. */
  most_paths: 5_000,
} as const;

/**
 * The walk of the sandbox through a result: about a microsecond for an object, and a fifth of that for a name.
 */
export const RESULT_WALK = {
  /** Objects that are marked: a result of thousands of files with a few objects each. */
  most_objects: 5_000,
  most_opened_objects: 5_000,
  /** Names and indices: a millisecond or two of a workflow task at most. */
  most_read_values: 20_000,
  /** Levels below the result. A deeper value is passed on as part of the value at this level. */
  depth: 4,
} as const;

/**
 * The walk of the sandbox through arguments. The same state may be passed to every activity, so fewer objects
 * are opened.
 */
export const ARGUMENT_WALK = {
  /** Objects that are recognised: the collected results of a fan-out. */
  most_objects: 5_000,
  most_opened_objects: 1_000,
  most_read_values: 20_000,
  depth: 4,
} as const;

/** What the sandbox remembers about data flow in one workflow, and reports about one call. */
export const SANDBOX_LINEAGE = {
  /**
   * Strings whose producers are known, most recently used: at least half as many are kept. Enough for a fan-out
   * of thousands, in two megabytes.
   */
  known_strings: 12_000,
  /** Hashes of strings that were known: some megabytes. Beyond this, no string counts as new. */
  forgotten_strings: 100_000,
  /** Producers of one string that are reported: it is not followed anyway. */
  ambiguous_producers: 8,
  /** Parts of one argument list or result. */
  most_parts: 5_000,
} as const;
