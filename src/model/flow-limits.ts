/**
 * Limits of what follows data through workflows, each with its reason; as {@link module:src/model/limits}. [isolate-safe]
 * @module
 */

/** Lineage that a header names. */
export const LINEAGE_HEADER = {
  /** Producers of one argument list: a fan-out of files, and no start document of megabytes. */
  most_producers: 5_000,
  /** Paths that one header unfolds to: each is some hundred bytes of a start document. */
  most_paths: 5_000,
} as const;

/** A result, as the sandbox looks through it: about a microsecond for an object, and a fifth of one for a name. */
export const RESULT_WALK = {
  /** Objects that are marked: a result of thousands of files with a few objects each. */
  most_objects: 5_000,
  most_opened_objects: 5_000,
  /** Names and indices: a millisecond or two of a workflow task at most. */
  most_read_values: 20_000,
  /** Levels below the result: what lies deeper is passed on as a part of what lies there. */
  depth: 4,
} as const;

/** Arguments, as the sandbox looks through them; the same state may be passed to every activity, so less is opened. */
export const ARGUMENT_WALK = {
  /** Objects that are recognised: the results of a fan-out, gathered. */
  most_objects: 5_000,
  most_opened_objects: 1_000,
  most_read_values: 20_000,
  depth: 4,
} as const;

/** What the sandbox remembers of data flow in one workflow, and tells of one call. */
export const SANDBOX_LINEAGE = {
  /** Strings whose producers are known, those met last: at least half as many, those of a fan-out of thousands, in two megabytes. */
  known_strings: 12_000,
  /** Hashes of strings that were known: some megabytes. Beyond, no string counts as new. */
  forgotten_strings: 100_000,
  /** Producers of one string that are told: it is not followed anyway. */
  ambiguous_producers: 8,
  /** Parts of one argument list or result. */
  most_parts: 5_000,
} as const;
