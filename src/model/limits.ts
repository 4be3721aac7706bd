/**
 * The budgets and limits of capture, each with its reason: time limits, sizes, retries. Names end in the unit. A `share` is a fraction
 * of the quantity in its comment. Limits of a file format are defined with the format. The documentation quotes these figures, and a
 * test compares them. [isolate-safe]
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The opening of a run, for which an activity waits before its code runs. */
export const OPENING = {
  /** Longest delay that an opening may add to an activity: a quarter of a second is not noticed in work of seconds. */
  budget_ms: 250,
  /** The same, as a share of the attempt's start-to-close time: a short activity must not time out because of its record. */
  budget_share: 0.1,
  /** All rules of a lab together. A slower rule is a fault in the lab's code and must not stop its work. */
  rules_ms: 1_000,
  /** Opening and rules, as a share of the attempt's start-to-close time: a refusal must reach the server in time. */
  rules_share: 0.8,
  /** Time limit for a scan-id source. After it the lab's counter is used. */
  scan_id_ms: 1_000,
  /** Reading a pinned stash, as a share of the budget. The rest is for writing the record to disk before the code runs. */
  read_share: 0.9,
  /**
   * Share of the budget after which the start is copied to the spool; the disk has the other half. An opening has this time even if
   * much time was spent before it called the store, because that does not show that the store is slow.
   */
  copy_after_share: 0.5,
  /**
   * Longest wait for the copy after the budget is over, in budgets. With 250 ms spent before and another half budget, an opening takes
   * 1 s.
   */
  copy_budgets: 2.4,
  /** Wait for other records to share a commit, as a share of the budget: more would be noticed, less saves no commits. */
  sharing_share: 0.05,
  /** How often a run is prepared again because its stash has changed. After that it opens with the stash that it has. */
  stash_rounds: 2,
} as const;

/** One call to the store, and how a failing store is retried. */
export const STORE_CALL = {
  /** The longest time that a call of a worker waits for capture. */
  limit_ms: 1_000,
  /** Failures in a row that open the circuit: one or two may be a temporary fault. */
  failures: 3,
  /** First pause before a probe; it doubles with each failed probe. */
  first_pause_ms: 500,
  /** Longest pause in an outage: the longest time until a store that has recovered is noticed. */
  longest_pause_ms: 5_000,
  /** Pause after an error that only a person can correct, and the longest pause if no outage sets a shorter one. */
  lasting_pause_ms: 30_000,
  /** A store that has not answered a call gets no second one for this long: a stuck store must not get more load. */
  stuck_ms: 10_000,
} as const;

/** The queue between recorder and store. */
export const QUEUE = {
  /** Limit for the records in memory for one store. It is small, because in an outage records belong on disk. */
  max_bytes: 16 * MIB,
  /** Openings wait for room within that limit. Records that cannot wait may use this multiple of it. */
  hard_multiple: 4,
  /** The most records that share a commit: more gain nothing, and delay the answers. */
  group_records: 512,
  /** The most bytes that share a commit: the size of one message to the store's thread. */
  group_bytes: 4 * MIB,
  /** The most answers that are given in one turn of the event loop, so that the work that follows them is spread. */
  answers_per_turn: 32,
  /** Time to gather records for a commit while many runs are in flight: about the duration of a commit. */
  gather_ms: 3,
  /** Gathering begins with this many runs in flight; with fewer it is not worthwhile. */
  gather_from_runs: 16,
  /** After this long without a commit nothing is gathered, however many long runs are in flight. */
  idle_after_ms: 10,
  /** A record for which no caller waits may wait this long, to share the commit of one for which a caller waits. */
  linger_ms: 20,
  /** First and longest pause after a failed group; it doubles in between. */
  first_retry_ms: 50,
  longest_retry_ms: 5_000,
  /** Approximate memory of a record in addition to its text. An opening also keeps its draft. */
  record_overhead_bytes: 300,
  opening_overhead_bytes: 600,
  /** Limit for the contents of an environment in one record: queue, spool and commit take a few MiB at a time. */
  environment_part_bytes: 2 * MIB,
} as const;

/** Writing to the spool and importing from it. */
export const OUTAGE = {
  /** Limit for the entries that are given to the spool at once. The rest waits in front of it, so a whole queue may be passed. */
  appending_bytes: 4 * MIB,
  /** Starts are copied only while at most this much waits for the disk: with more, the disk is the slow part. */
  copies_waiting_bytes: 2 * MIB,
  /** The spool's own queue, if the recorder uses it. It is never full, since entries are paced. */
  spool_queue_bytes: 128 * MIB,
  /**
   * After an import that took at most this long, or imported at most this many records, little is left in the spool. New entries can
   * then wait in memory.
   */
  short_intake_ms: 250,
  short_intake_records: 100,
  /** How often the queue is checked while it empties. */
  queue_look_ms: 50,
  /** First pause after a failed import; it doubles, at most seven times. */
  first_pause_ms: 50,
  pause_doublings: 7,
  /** How often a spool that other processes may still fill is checked again. */
  look_again_ms: 10_000,
  /** How often waiting records are measured: at first, and later while only the spool has some. */
  first_measure_ms: 1_000,
  longest_measure_ms: 60_000,
} as const;

/** The spool: a bounded folder of segments. */
export const SPOOL = {
  /** Limit for all records in it, over all processes: enough for hours of a busy lab, without filling a disk. */
  cap_bytes: 256 * MIB,
  /** The smallest allowed limit: one page. */
  min_cap_bytes: 4 * KIB,
  /** Share of the limit that quarantine may use. */
  quarantine_share: 1 / 16,
  /** Share of the limit that is closed to starts: it is reserved for the ends of runs whose start is in the spool. */
  reserved_share: 1 / 8,
  /** Size of a segment, the unit of import. A longer record has a segment of its own. */
  segment_bytes: MIB,
  /** Longest record. A frame whose header gives more is damaged. */
  record_bytes: 64 * MIB,
  /** Bytes that wait in memory for the disk. */
  queue_bytes: 8 * MIB,
  /** Bytes written at once: one write and one fsync. */
  group_bytes: 256 * KIB,
  /** Pause before a retry after the disk or the limit refused a write. */
  retry_ms: 250,
  /** If the process that holds a file cannot be looked up, it counts as dead when the file has not changed for this long. */
  lease_ms: 30_000,
  /** The most records of one write at import. This unit is halved to find a faulty record. */
  batch_records: 200,
  batch_bytes: 512 * KIB,
  /** How often a record may fail alone before it is set aside. */
  tries: 3,
  /**
   * If the start of a run is not in the store, its end is sent again after these pauses. The start may be on its way from another
   * process.
   */
  missing_run_pauses_ms: [100, 300, 1_000],
  /** The most remembered runs whose start was dropped: their stops would be useless. */
  lost_runs: 10_000,
  /** The most attempts to place one record, over segments that failed or that other processes took. */
  place_attempts: 3,
  /** The most counts of dead writers that one opening takes over, so that opening remains fast. */
  absorbed_ledgers: 8,
} as const;

/** The end of a worker and of a recorder. */
export const CLOSING = {
  /** How long a worker's end waits for records that are not stored yet. */
  worker_ms: 5_000,
  /** Share of a closing's time that is reserved for the spool and for closing the store. */
  spool_share: 0.4,
  /** Share of the remaining time for importing copies from the spool. The rest is for releasing what it holds. */
  intake_share: 0.5,
  /** The least time for closing the store. */
  min_close_ms: 250,
  /** Records that arrive after the end are gathered for this long. They then have `late_close_ms` to reach the store or the spool. */
  late_ms: 250,
  late_close_ms: 5_000,
  /** How long the creation of a worker waits until the store is known to be usable. Its environment is read meanwhile. */
  ready_ms: 2_000,
} as const;

/** Deriving links in a worker, in addition to its writing. */
export const LINKING = {
  /** Delay from the first record with lineage to the first page: people ask later than that, and a burst of records shares pages. */
  after_ms: 250,
  /** Delay for records without lineage. Their pages advance the position in the chain, so that later ones have little to read. */
  idle_after_ms: 30_000,
  /** Number of links of the chain, and of runs, in the first page. Later pages grow, up to the second number. */
  first_page_links: 32,
  most_page_links: 2_000,
  /** Target duration of a page: in a SQLite store, records of the same process wait for it. */
  page_ms: 20,
  /** Pause after a page, as a multiple of its duration: deriving uses at most a sixth of the store's time. */
  rest_multiple: 5,
  /** While records wait, a page is delayed, but no longer than this, so that a busy lab has links as well. */
  patience_ms: 2_000,
  look_ms: 20,
  /** First and longest pause after a failed page; it doubles in between. */
  first_retry_ms: 250,
  longest_retry_ms: 60_000,
} as const;

/** The index of places in results and arguments that a lab names. */
export const INDEXING = {
  /** The most places of one worker: each is looked up in every run, and takes an entry in the index. */
  most_paths: 32,
  /** Bytes of JSON that are taken at one place of a value which is cut: search values are short. */
  value_bytes: 1_024,
  /** The most elements of a list on the path that are visited. */
  list_values: 512,
  /** How often the index is updated. A search reads the few documents that are not in the index yet. */
  every_ms: 2_000,
  /** The most documents of one page: some milliseconds of the store's time, for which records of the process wait in a SQLite store. */
  page_records: 500,
  /** Pause between pages. */
  rest_ms: 20,
  /** How long a worker's end waits for the index. */
  end_ms: 1_000,
} as const;

/** How much is reported to people and to metrics, and how often. */
export const NOTICES = {
  /** The most outages that are reported one by one within `outage_every_ms`. Further ones are summed up. */
  outages: 5,
  outage_every_ms: 60_000,
  /** The reason why a store is unavailable is logged at most once in this time. */
  reason_every_ms: 60_000,
  /** Losses are summed for this long before they are written to the store. */
  losses_after_ms: 1_000,
  /** The most characters of a loss's message that are kept, and that are read to be masked. */
  loss_characters: 500,
  loss_read_characters: 65_536,
  /** Runs that are not recorded reach the meter within this time. */
  skips_after_ms: 1_000,
  /** Limit for the documents that wait for one subscriber. A slow subscriber misses the rest. */
  subscriber_bytes: 4 * MIB,
  /** The most documents that a subscriber gets in one turn of the event loop. */
  documents_per_turn: 64,
} as const;

/** Caches. Dropping an entry only costs time. */
export const REMEMBERED = {
  /** Limit for cached metadata that was checked and masked, in characters. */
  metadata_characters: 4_000_000,
  /** Limit for cached stashes of executions, in characters. */
  stash_characters: 1_000_000,
  /** Limit for the executions whose scan id is cached, in characters of their names. */
  numbered_characters: 100_000,
} as const;

/** Questions about lineage: limits for reading a graph that may have a hub of a million links. */
export const WALK = {
  /** The most nodes of one walk. */
  nodes: 100_000,
  /**
   * The most links of one node in one direction that are followed. A fan-out of 5,000 files is usual. A hub of 10^6 links is only
   * counted.
   */
  links_per_node: 10_000,
  /** The most links of one walk. */
  links: 400_000,
  /** The most nodes whose links one statement reads. */
  page_nodes: 10_000,
  /** A hub's links are counted up to this. */
  counted_links: 1_000_000,
  /** The most hubs whose links are counted. */
  counted_hubs: 20,
  /** Walks up to this depth go level by level, deeper ones by one statement. */
  depth: 10,
  /** The most runs that a condition of a filter may name. */
  filter_runs: 100_000,
} as const;

/** Recorded arguments, results and errors. `values` in the plugin's options changes the first ones. */
export const VALUES = {
  /** Largest JSON text of a value that is recorded in full: most arguments fit, and a run remains a few KiB. */
  value_bytes: 16 * KIB,
  /** Limit for all values of one call together. */
  total_bytes: 128 * KIB,
  /** The most levels of nesting. */
  depth: 64,
  /** Length of the beginning that is kept of a digested value. */
  head_characters: 256,
  /** The most values and names that are read of one value: bounds the time on the event loop. */
  read_values: 20_000,
  /** The most characters that are read of one value: bounds the time on the event loop. */
  read_characters: 1_000_000,
  /** Longest message of an error, and longest stack. */
  text_characters: 16 * KIB,
  /** The most errors of one cause chain. */
  causes: 10,
} as const;

/**
 * Strings by which two values are recognised as the same, and how many of a run are kept if no sandbox module reports the data flow.
 */
export const LINEAGE_VALUES = {
  /** Shortest string that is examined: `/a/b.h5`, `s3://b`. */
  least_characters: 6,
  /** Longest string that is examined: a longer one is content, not a name. */
  most_characters: 4_096,
  /** Shortest word without a separator: names by people are shorter, generated names are longer. */
  word_characters: 16,
  /** The most strings of the arguments, and as many of the result: the first ones are enough evidence for a fan-out of files. */
  kept_values: 64,
  /** The most values and names that are read of all arguments, and of the result: bounds the time on the event loop. */
  read_values: 2_000,
  /** The most levels of nesting, as in the sandbox. */
  depth: 4,
} as const;
