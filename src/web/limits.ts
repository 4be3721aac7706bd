/**
 * Limits of the page and its API, each with its reason. The unit is the end of a name.
 * @module
 */

const KIB = 1024;

/** What one question may ask for. */
export const PAGE = {
  /** Rows of a list: what fits on two screens. */
  items: 50,
  /** Most rows of a list: more are read part by part. */
  most_items: 500,
  /** Longest filter: the longest that people wrote has 1,100 characters. */
  filter_characters: 8 * KIB,
  /** Longest name of a run, an execution or data: an object's URI has at most 1,024 characters, in percent form three times as many. */
  reference_characters: 4 * KIB,
} as const;

/** CSV files. */
export const CSV = {
  /** Rows of a file where `limit` gives no other number: what a spreadsheet opens at once. */
  most_rows: 100_000,
} as const;

/** Threads that read the store. */
export const READING = {
  /** One may be busy with a slow question while another answers quick ones. */
  threads: 2,
  /** Longest time for one question: nobody looks at an empty page for longer. */
  limit_ms: 5_000,
  /** Questions that wait for a thread: beyond, 503 says so at once. */
  waiting: 64,
  /** Threads that were given up and have not ended yet: beyond, no new one is started for a slow question. */
  given_up: 4,
} as const;

/** What a page shows of one recorded value. The JSON form of the page has all of it. */
export const VALUE = {
  /** Shown as it is: what fits on one line beside its name. */
  short_characters: 120,
  /** Of a long text: ten screens. */
  whole_characters: 32 * KIB,
  /** Levels of a value in a value: more are read as JSON. */
  depth: 8,
  /** Entries of one object or list. */
  entries: 200,
  /** Entries of one value, all depths together: a page stays below its 60 kB with a dozen such values. */
  nodes: 600,
} as const;
