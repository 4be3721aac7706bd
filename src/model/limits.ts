/**
 * The budgets and limits of capture, each with its reason: how long something may take, how much of it is held, how often it
 * is tried again. The unit is the end of a name; a `share` is a part of what is named beside it. Sizes of a file format stay
 * with the format. The documentation quotes these figures, and a test compares them. [isolate-safe]
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The opening of a run: what an activity waits for before its code runs. */
export const OPENING = {
  /** Most that an opening takes of an activity's time: a quarter of a second is not noticed in work of seconds. */
  budget_ms: 250,
  /** The same, as a share of the attempt's start-to-close time: a short activity must not time out because of its record. */
  budget_share: 0.1,
  /** All rules of a lab together: beyond, a rule is a fault of the lab's and must not stop its work. */
  rules_ms: 1_000,
  /** Opening and rules, as a share of the attempt's start-to-close time: a refusal must reach the server in time. */
  rules_share: 0.8,
  /** A scan-id source; the lab's counter takes its place then. */
  scan_id_ms: 1_000,
  /** Reading a pinned stash, as a share of the budget: the rest is for the record, so that it is on the disk before the code runs. */
  read_share: 0.9,
  /**
   * Share of the budget after which the start is copied to the spool: the disk has the other half. An opening has as much
   * however much was spent before it: time that went elsewhere says nothing about the store.
   */
  copy_after_share: 0.5,
  /** Waiting for that copy once the budget is over, in budgets: after 250 ms that were spent before and half a budget again, this makes 1 s. */
  copy_budgets: 2.4,
  /** Waiting for others to share a commit with, as a share of the budget: more would be felt, less saves no commits. */
  sharing_share: 0.05,
  /** Times that a run is prepared again because its stash has moved; then it opens with what it has. */
  stash_rounds: 2,
} as const;

/** One call to the store, and how a store that fails is tried again. */
export const STORE_CALL = {
  /** No call of a worker waits longer for capture. */
  limit_ms: 1_000,
  /** Failures in a row that open the circuit: one or two may be a hiccup. */
  failures: 3,
  /** First pause before a probe; it doubles with each that fails. */
  first_pause_ms: 500,
  /** Longest pause in an outage: how long a store may be back before it is noticed. */
  longest_pause_ms: 5_000,
  /** Pause after an error that only a person can mend, and the longest where no outage sets a shorter one. */
  lasting_pause_ms: 30_000,
  /** A store that has not answered a call gets no second one for so long: one that is stuck must not be given more. */
  stuck_ms: 10_000,
} as const;

/** The queue between recorder and store. */
export const QUEUE = {
  /** Records in memory for one store. Small: in an outage records belong on the disk. */
  max_bytes: 16 * MIB,
  /** Openings wait for room within that; records that cannot wait any more may fill so many times as much. */
  hard_multiple: 4,
  /** A group that shares a commit: more gains nothing, and delays the answers. */
  group_records: 512,
  /** The same in bytes: what one message to the store's thread may copy. */
  group_bytes: 4 * MIB,
  /** Answers that are given in one turn of the event loop: what follows from them must not pile up in one. */
  answers_per_turn: 32,
  /** Gathering for a commit while many runs are in flight: about what a commit takes. */
  gather_ms: 3,
  /** Runs in flight from which gathering pays. */
  gather_from_runs: 16,
  /** After this long without a commit nothing is gathered, however many long runs are in flight. */
  idle_after_ms: 10,
  /** Records that nobody waits for may wait so long for one that somebody does. */
  linger_ms: 20,
  /** First and longest pause after a group that failed; it doubles in between. */
  first_retry_ms: 50,
  longest_retry_ms: 5_000,
  /** Memory that a record takes beside its text, roughly; an opening keeps its draft as well. */
  record_overhead_bytes: 300,
  opening_overhead_bytes: 600,
  /** Contents of an environment that go in one record: queue, spool and commit take a few MiB at a time. */
  environment_part_bytes: 2 * MIB,
} as const;

/** The way into the spool and back. */
export const OUTAGE = {
  /** Entries with the spool at once; the rest waits before it, so that a whole queue may be given. */
  appending_bytes: 4 * MIB,
  /** Copies of starts are made while no more than this waits for the disk: beyond, the disk is what is slow. */
  copies_waiting_bytes: 2 * MIB,
  /** The spool's own queue, when the recorder uses it: never filled, since entries are paced. */
  spool_queue_bytes: 128 * MIB,
  /** An intake that took no longer, or no more records, has left so little that new entries can wait for the rest in memory. */
  short_intake_ms: 250,
  short_intake_records: 100,
  /** How often the queue is looked at while it empties. */
  queue_look_ms: 50,
  /** First pause after an intake that failed; it doubles, seven times at most. */
  first_pause_ms: 50,
  pause_doublings: 7,
  /** How often a spool that other processes may still fill is looked at again. */
  look_again_ms: 10_000,
  /** How often waiting records are measured: at first, and at last while only the spool holds some. */
  first_measure_ms: 1_000,
  longest_measure_ms: 60_000,
} as const;

/** The spool: a bounded folder of segments. */
export const SPOOL = {
  /** All records in it, over all processes: hours of a busy lab, and no disk is filled by it. */
  cap_bytes: 256 * MIB,
  /** The least that can be asked for: one page. */
  min_cap_bytes: 4 * KIB,
  /** Share of the cap that quarantine may take. */
  quarantine_share: 1 / 16,
  /** Share of the cap that takes no starts: it is kept for the ends of runs whose start is there. */
  reserved_share: 1 / 8,
  /** A segment: the unit of taking in. A longer record has one to itself. */
  segment_bytes: MIB,
  /** Longest record: a frame whose header says more is damaged. */
  record_bytes: 64 * MIB,
  /** Bytes that wait in memory for the disk. */
  queue_bytes: 8 * MIB,
  /** Bytes written at once: one write and one fsync. */
  group_bytes: 256 * KIB,
  /** After the disk or the cap refused, when it is asked again. */
  retry_ms: 250,
  /** A holder that cannot be looked up is taken for dead when its file has not changed for so long. */
  lease_ms: 30_000,
  /** One write at intake; also the unit that is halved to find a record at fault. */
  batch_records: 200,
  batch_bytes: 512 * KIB,
  /** Times that a record may fail alone before it is set aside. */
  tries: 3,
  /** Pauses before the end of a run is sent again whose start is not in the store: it may be on its way from another process. */
  missing_run_pauses_ms: [100, 300, 1_000],
  /** Runs whose start was dropped, as far as they are remembered: their stops would be of no use. */
  lost_runs: 10_000,
  /** Attempts to place one record, over segments that failed or that others took. */
  place_attempts: 3,
  /** Counts of dead writers that one opening takes over: opening stays quick. */
  absorbed_ledgers: 8,
} as const;

/** The end of a worker and of a recorder. */
export const CLOSING = {
  /** A worker's end gives this to what is not stored yet. */
  worker_ms: 5_000,
  /** Share of a closing's time that is kept for the spool and for closing the store. */
  spool_share: 0.4,
  /** Share of what is left for taking copies out of the spool; what it holds is let go of in the rest. */
  intake_share: 0.5,
  /** Closing the store has at least this. */
  min_close_ms: 250,
  /** Records that come after the end are gathered for so long, and then have `late_close_ms` to reach store or spool. */
  late_ms: 250,
  late_close_ms: 5_000,
  /** The making of a worker waits so long to hear that the store is usable; its environment is read meanwhile. */
  ready_ms: 2_000,
} as const;

/** Deriving links in a worker, beside what it writes. */
export const LINKING = {
  /** From the first record with lineage to the first page: people ask later than that, and a burst shares its pages. */
  after_ms: 250,
  /** The same for records without any: the place in the chain moves on, so that the next one has little to look through. */
  idle_after_ms: 30_000,
  /** Links of the chain and runs of the first page, and of any page at most. */
  first_page_links: 32,
  most_page_links: 2_000,
  /** What a page should take: records of the same process wait for it in a SQLite store. */
  page_ms: 20,
  /** Rest after a page, in times that it took: deriving takes a sixth of the store's time at most. */
  rest_multiple: 5,
  /** While records wait, a page is put off, but no longer than this: a busy lab has links as well. */
  patience_ms: 2_000,
  look_ms: 20,
  /** First and longest pause after a page that failed; it doubles in between. */
  first_retry_ms: 250,
  longest_retry_ms: 60_000,
} as const;

/** The index of places in results and arguments that a lab names. */
export const INDEXING = {
  /** Places of one worker: each costs every run a look, and an entry in the index. */
  most_paths: 32,
  /** Bytes of JSON that are taken at one place of a value which is cut: what people search by is short. */
  value_bytes: 1_024,
  /** Elements of a list on the way that are gone through. */
  list_values: 512,
  /** How often the index is brought up to what was written: a search reads the few documents that it is behind. */
  every_ms: 2_000,
  /** Documents of one page: some milliseconds of the store's time, for which records of the process wait in a SQLite store. */
  page_records: 500,
  /** Rest between pages. */
  rest_ms: 20,
  /** What a worker's end waits for it. */
  end_ms: 1_000,
} as const;

/** What people and metrics are told, and how often. */
export const NOTICES = {
  /** Outages told one by one within `outage_every_ms`; further ones are summed up. */
  outages: 5,
  outage_every_ms: 60_000,
  /** A store's reason for taking nothing: at most one line in so long. */
  reason_every_ms: 60_000,
  /** Losses are summed for so long before they go to the store. */
  losses_after_ms: 1_000,
  /** Characters of a loss's message that are kept, and that are read to be masked. */
  loss_characters: 500,
  loss_read_characters: 65_536,
  /** Runs that are not recorded reach the meter within so long. */
  skips_after_ms: 1_000,
  /** Documents that wait for one subscriber; a slow one misses the rest. */
  subscriber_bytes: 4 * MIB,
  /** Documents that a subscriber gets in one turn of the event loop. */
  documents_per_turn: 64,
} as const;

/** What is remembered to be quick. Forgetting costs time only. */
export const REMEMBERED = {
  /** Metadata that was checked and masked, in characters. */
  metadata_characters: 4_000_000,
  /** Stashes of executions, in characters. */
  stash_characters: 1_000_000,
  /** Executions that have their scan id, in characters of their names. */
  numbered_characters: 100_000,
} as const;

/** Questions about lineage: what is read of a graph that may have a hub of a million links. */
export const WALK = {
  /** Nodes of one walk. */
  nodes: 100_000,
  /** Links of one node in one direction that are read and followed: a fan-out of 5,000 files is usual, a hub of 10^6 is counted. */
  links_per_node: 10_000,
  /** Links of one walk. */
  links: 400_000,
  /** Nodes whose links one statement reads. */
  page_nodes: 10_000,
  /** A hub's links are counted up to this. */
  counted_links: 1_000_000,
  /** Hubs whose links are counted. */
  counted_hubs: 20,
  /** Walks up to this depth go level by level, deeper ones by one statement. */
  depth: 10,
  /** Runs that a condition of a filter may name. */
  filter_runs: 100_000,
} as const;

/** Recorded arguments, results and errors; `values` in the plugin's options changes the first ones. */
export const VALUES = {
  /** JSON text of one value in full: most arguments fit, and a run stays a few KiB. */
  value_bytes: 16 * KIB,
  /** All values of one call together. */
  total_bytes: 128 * KIB,
  /** Levels of nesting. */
  depth: 64,
  /** Beginning of a value that is kept by digest. */
  head_characters: 256,
  /** Values and names that are read of one value: bounds the time on the event loop. */
  read_values: 20_000,
  /** Characters that are read of one value: bounds the time on the event loop. */
  read_characters: 1_000_000,
  /** An error's message and its stack, each. */
  text_characters: 16 * KIB,
  /** Errors of one cause chain. */
  causes: 10,
} as const;

/** Strings by which two values are known to be one, and how many of a run are kept where no sandbox module says what flows. */
export const LINEAGE_VALUES = {
  /** Shortest string that is looked at: `/a/b.h5`, `s3://b`. */
  least_characters: 6,
  /** Longest: what is longer is a content, and no name of one. */
  most_characters: 4_096,
  /** Shortest word without a separator: what people call things is shorter, what programs draw is longer. */
  word_characters: 16,
  /** Strings of the arguments, and as many of the result: a fan-out of files is evidence with its first ones as well. */
  kept_values: 64,
  /** Values and names that are read of all arguments, and of the result: bounds the time on the event loop. */
  read_values: 2_000,
  /** Levels of nesting, as in the sandbox. */
  depth: 4,
} as const;
