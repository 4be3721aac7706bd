/**
 * Limits of the page and its API, each with its reason. The unit is the end of a name.
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits of one question. */
export const PAGE = {
  /** Default rows of a list: two screens. */
  items: 50,
  /** Maximum rows of a page of a list. */
  most_items: 500,
  /** Maximum length of a filter: the longest one that people wrote has 1,100 characters. */
  filter_characters: 8 * KIB,
  /** Maximum length of a reference: an object's URI has at most 1,024 characters, percent-encoded three times as many. */
  reference_characters: 4 * KIB,
} as const;

/** Drawings and tables of lineage. */
export const LINEAGE = {
  /** Maximum links in one direction; for deeper ones start from a node further up. */
  levels: 20,
  /** Maximum nodes that are expanded, collapsed or pulled out: the address has room for this many. */
  ids: 40,
  /** Maximum length of the parameter with their ids: a digest's id has 80 characters. */
  list_characters: 8 * KIB,
  /** Maximum boxes of a drawing that a person can read; more are shown as a table. */
  boxes: 300,
  /** Rows of a table page: two screens of a desktop. */
  rows: 100,
} as const;

/** CSV files. */
export const CSV = {
  /** Default rows of a file: what a spreadsheet can open. */
  most_rows: 100_000,
} as const;

/** Threads that read the store. */
export const READING = {
  /** Two threads for slow questions, one for quick ones. */
  threads: 3,
  quick_threads: 1,
  /** Maximum time for one question: readers do not wait longer for a page. */
  limit_ms: 5_000,
  /** Maximum time for a thread to load its code: usually half a second, longer on a busy machine. */
  start_ms: 30_000,
  /** Maximum waiting questions; further ones get 503 immediately. */
  waiting: 64,
  /** Maximum abandoned threads that have not ended; above it, no new one is started for a slow question. */
  given_up: 4,
  /** Interval of the check whether a later release has changed the store. */
  checked_ms: 1_000,
  /** Memory of a thread: 40 times that of 500 runs with documents of the usual size. */
  heap_bytes: 256 * MIB,
  /** Maximum JSON text of an answer: no browser shows more. */
  answer_characters: 32 * MIB,
} as const;

/** Limits of one client. A page is one request; its assets do not count. */
export const CLIENT = {
  /** Sustained rate: faster than anyone reads, and as fast as a sequential program can ask. */
  requests_per_s: 100,
  /** Burst: a browser that reopens all tabs of a session. */
  burst_requests: 400,
  /** Open requests: a browser has 6 connections, and an open page keeps one of them for its events. */
  open_requests: 32,
  /** Maximum remembered clients; above it, idle ones are forgotten. */
  remembered: 10_000,
} as const;

/** Limits of event streams. */
export const EVENTS = {
  /** Maximum listeners: one browser tab each, for the people of a lab. */
  listeners: 100,
  /** Poll interval of the end of the store's order, shared by all listeners. */
  poll_ms: 500,
  /** Heartbeat interval: most proxies close a connection that is silent for half a minute. */
  heartbeat_ms: 15_000,
  /** A listener that reads nothing for this time is disconnected. */
  slow_ms: 30_000,
  /** Documents per page of missed events. */
  part_documents: 200,
  /** Maximum transactions that a listener may be behind; above it, it gets an event and continues from the end. An hour of a busy lab. */
  most_behind: 100_000,
  /** Delay after an error of the store. */
  pause_ms: 5_000,
  /** Delay before a browser reconnects. */
  reconnect_ms: 2_000,
} as const;

/** Limits of the frame of each page, which lists the labs of the store. */
export const FRAME = {
  /** Cache time of the labs. */
  kept_ms: 10_000,
  /** Maximum labs named in a sentence. */
  named_labs: 10,
} as const;

/** Connections and requests. */
export const HTTP = {
  /** Maximum length of an address: the longest filter, percent-encoded (three characters each), and some room. */
  address_characters: 32 * KIB,
  /** Maximum size of the request line and all headers: the longest address, and the headers of a browser. */
  header_bytes: 48 * KIB,
  headers: 100,
  /** Timeout for the headers: a browser sends them at once. */
  headers_ms: 5_000,
  /** Interval of the check for requests that take too long. */
  look_ms: 1_000,
  /** Timeout of an idle connection: events are sent more often. */
  idle_ms: 60_000,
  /** Keep-alive timeout between two requests. */
  keep_alive_ms: 10_000,
  /** Maximum connections of one address: a lab behind one proxy, 6 for each reader. */
  connections_per_address: 256,
  connections: 1_024,
} as const;

/** Limits of one recorded value on a page. The JSON form of the page has all of it. */
export const VALUE = {
  /** Characters shown unfolded: one line next to the name. */
  short_characters: 120,
  /** Characters of a long text: ten screens. */
  whole_characters: 32 * KIB,
  /** Nesting levels; deeper ones are shown as JSON. */
  depth: 8,
  /** Entries of one object or list. */
  entries: 200,
  /** Entries of one value at all depths: a page with a dozen such values stays below 60 kB. */
  nodes: 600,
} as const;

/** Limits of the page of a run. */
export const RUN = {
  /** Metadata fields: most runs have ten to thirty; a link shows more. */
  fields: 100,
  /** Maximum metadata fields: a longer table takes seconds to lay out. */
  most_fields: 2_000,
  /** The last attempts that are shown. */
  attempts: 50,
  /** Characters of an attempt's error: two lines on a wide screen. */
  error_characters: 400,
  /** Rows each of data used, data generated and results of other runs; the API has all. */
  data: 50,
  /** Paths in arguments and results, each; above it, the whole value is folded. */
  places: 40,
  /** Characters of a folded JSON document; the API has all of it. */
  document_characters: 64 * KIB,
  /** Checkpoints in the table. */
  checkpoints: 20,
  /** Logged lines. */
  lines: 100,
  /** Characters of a log message: three lines on a wide screen; a longer one is folded. */
  message_characters: 600,
  /** Characters of the head of a long value, and of attributes on one line. */
  head_characters: 160,
  /** Items of a list that are shown one by one; a longer list is one value. */
  list_places: 8,
} as const;

/** Limits of an error. */
export const ERROR = {
  /** Causes: twice as many as on the command line. */
  causes: 10,
  /** Characters of a message; a longer one is folded. */
  message_characters: 2_000,
  /** Characters of a folded stack. */
  stack_characters: 16 * KIB,
} as const;

/** Searches in logs. */
export const LOG = {
  /** Maximum length of the searched text. */
  text_characters: 500,
} as const;

/** Limits of the page of an environment. */
export const CODE = {
  /** Maximum runs of an environment that are counted; the page says if there are more. */
  counted_runs: 10_000,
  /** Packages that are shown: enough for most programs. */
  packages: 3_000,
  /** Maximum packages in one answer of the API: enough for a whole system. */
  most_packages: 20_000,
  /** Characters of a lock file, if only that was kept. */
  lock_characters: 256 * KIB,
  /** Lines of a patch that are shown unfolded; a longer patch is folded by file. */
  open_lines: 500,
  /** Maximum lines of a patch; the JSON form has all of it. */
  patch_lines: 5_000,
  /** Items of an unfolded list. */
  open_items: 6,
  /** Worker sessions that are shown. */
  sessions: 20,
  /** Code files that are listed. */
  files: 500,
} as const;
