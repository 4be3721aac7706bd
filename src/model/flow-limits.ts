/**
 * The limits for following data through workflows, each with its reason; as {@link module:src/model/limits}.
 * [isolate-safe]
 * @module
 */

/** The lineage that a header can name. */
export const LINEAGE_HEADER = {
  /**
   * The most producers of one argument list. This is enough for a fan-out of files; more would make start
   * documents of megabytes.
   */
  most_producers: 5_000,
  /** The most paths in one header: each takes about a hundred bytes of a start document. */
  most_paths: 5_000,
} as const;

/**
 * The walk of the sandbox through a result: about a microsecond for an object, and a fifth of that for a name.
 */
export const RESULT_WALK = {
  /** The most objects that are marked: enough for a result of thousands of files with a few objects each. */
  most_objects: 5_000,
  most_opened_objects: 5_000,
  /** The most names and indices that are read: they take a millisecond or two of a workflow task at most. */
  most_read_values: 20_000,
  /** The most levels below the result. A deeper value is passed on as part of the value at this level. */
  depth: 4,
} as const;

/**
 * The walk of the sandbox through arguments. The same state may be passed to every activity, so fewer objects
 * are opened.
 */
export const ARGUMENT_WALK = {
  /** The most objects that are recognised: enough for the collected results of a fan-out. */
  most_objects: 5_000,
  most_opened_objects: 1_000,
  most_read_values: 20_000,
  depth: 4,
} as const;

/** What the sandbox remembers about data flow in one workflow, and reports about one call. */
export const SANDBOX_LINEAGE = {
  /**
   * The most strings with known producers, the most recently used. At least half as many are kept. This is
   * enough for a fan-out of thousands, in two megabytes.
   */
  known_strings: 12_000,
  /**
   * The most hashes of strings that were known. They take some megabytes. Beyond this, no string counts as new.
   */
  forgotten_strings: 100_000,
  /** The most producers of one string that are reported: it is not followed anyway. */
  ambiguous_producers: 8,
  /** The most parts of one argument list or result. */
  most_parts: 5_000,
} as const;
