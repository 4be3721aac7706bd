/**
 * Limits of the page and its API, each with its reason. The unit is the end of a name.
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

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

/** Drawings and tables of lineage. */
export const LINEAGE = {
  /** Links in one direction: deeper ones are asked for by a node further up. */
  levels: 20,
  /** Nodes that are opened, folded or pulled out by hand: an address has room for so many. */
  ids: 40,
  /** Parameter with their ids: a digest's id has 80 characters. */
  list_characters: 8 * KIB,
  /** Boxes of a drawing: what a person can look through. More are a table. */
  boxes: 300,
  /** Rows of the table: what fits on two screens of a desk. */
  rows: 100,
} as const;

/** CSV files. */
export const CSV = {
  /** Rows of a file where `limit` gives no other number: what a spreadsheet opens at once. */
  most_rows: 100_000,
} as const;

/** Threads that read the store. */
export const READING = {
  /** Two work on slow questions, one is kept for quick ones. */
  threads: 3,
  quick_threads: 1,
  /** Longest time for one question: nobody looks at an empty page for longer. */
  limit_ms: 5_000,
  /** Until a thread has loaded its code: half a second, and longer on a machine that is busy. */
  start_ms: 30_000,
  /** Questions that wait for a thread: beyond, 503 says so at once. */
  waiting: 64,
  /** Threads that were given up and have not ended yet: beyond, no new one is started for a slow question. */
  given_up: 4,
  /** Between two looks whether a later release has changed the store. */
  checked_ms: 1_000,
  /** Memory of a thread: 500 runs with documents of the usual size, 40 times over. */
  heap_bytes: 256 * MIB,
  /** JSON text of an answer: no browser shows more. */
  answer_characters: 32 * MIB,
} as const;

/** What one client may ask. A page is one request beside its assets, which do not count. */
export const CLIENT = {
  /** Over a while: nobody reads as fast; a program that asks one question after the other gets no further. */
  requests_per_s: 100,
  /** At once: a browser that opens all tabs of a session again. */
  burst_requests: 400,
  /** Not finished: a browser has 6 connections, a page that is open for its events keeps one of them. */
  open_requests: 32,
  /** Beyond, those that asked for nothing lately are forgotten. */
  remembered: 10_000,
} as const;

/** Listeners to what is committed. */
export const EVENTS = {
  /** At a time: a browser tab each, of a lab's people. */
  listeners: 100,
  /** Between two looks at the end of the store's order, one for all listeners. */
  poll_ms: 500,
  /** Proxies close what is silent for longer: half a minute, most of them. */
  heartbeat_ms: 15_000,
  /** A listener that takes nothing for so long is let go. */
  slow_ms: 30_000,
  /** Documents of one part of what a listener has missed. */
  part_documents: 200,
  /** Transactions that a listener may be behind: beyond, it is told so, and goes on from the end. An hour of a busy lab. */
  most_behind: 100_000,
  /** After a fault of the store. */
  pause_ms: 5_000,
  /** After which a browser connects again. */
  reconnect_ms: 2_000,
} as const;

/** What stands around each page: the labs of the store. */
export const FRAME = {
  /** A new lab is no hurry. */
  kept_ms: 10_000,
  /** Labs that a sentence names. */
  named_labs: 10,
} as const;

/** Connections and requests. */
export const HTTP = {
  /** Of an address: the longest filter in percent form, three characters each, and room beside it. */
  address_characters: 32 * KIB,
  /** Of the first line and all headers: the longest address, and what a browser sends beside it. */
  header_bytes: 48 * KIB,
  headers: 100,
  /** Until the last header is there: a browser sends them at once. */
  headers_ms: 5_000,
  /** Between two looks at requests that take too long. */
  look_ms: 1_000,
  /** A connection on which nothing moves: events are sent more often. */
  idle_ms: 60_000,
  /** A connection between two requests. */
  keep_alive_ms: 10_000,
  /** Connections of one address: a lab behind one proxy, each reader with 6. */
  connections_per_address: 256,
  connections: 1_024,
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

/** What the page of a run shows at once. */
export const RUN = {
  /** Metadata fields: most runs have ten to thirty; beyond, a link shows more. */
  fields: 100,
  /** Metadata fields that are shown where all are asked for: a table of more takes seconds to lay out. */
  most_fields: 2_000,
  /** Attempts, the last ones: retries without end are not read one by one. */
  attempts: 50,
  /** Of an attempt's error: one line on a wide screen, twice. */
  error_characters: 400,
  /** Data used, data generated, and results given, each: beyond, the API has all. */
  data: 50,
  /** Places in arguments and results, each: beyond, the whole value is folded. */
  places: 40,
  /** Of a document as JSON, folded: the API has the whole. */
  document_characters: 64 * KIB,
  /** Checkpoints in the table. */
  checkpoints: 20,
  /** Logged lines. */
  lines: 100,
  /** Of a logged message: three lines on a wide screen; beyond, it is folded. */
  message_characters: 600,
  /** Of what a long value begins with, and of attributes on one line. */
  head_characters: 160,
  /** Items of a list that are each shown at their place: a longer list is one value. */
  list_places: 8,
} as const;

/** What is shown of an error. */
export const ERROR = {
  /** Causes: as on the command line, and as many again. */
  causes: 10,
  /** Of a message: beyond, it is folded. */
  message_characters: 2_000,
  /** Of a stack, folded. */
  stack_characters: 16 * KIB,
} as const;

/** Searches in logs. */
export const LOG = {
  /** Longest text that is looked for. */
  text_characters: 500,
} as const;

/** What the page of an environment shows at once. */
export const CODE = {
  /** Runs of an environment that are counted: beyond, the page says that there are more. */
  counted_runs: 10_000,
  /** Packages that are shown at once: all of most programs. */
  packages: 3_000,
  /** Packages in one answer of the API: those of a whole system. */
  most_packages: 20_000,
  /** Of a lock file, where that is all that was kept. */
  lock_characters: 256 * KIB,
  /** Of a patch, in lines that are shown open; more are folded by file. */
  open_lines: 500,
  /** Of a patch, in lines at all: beyond, it is read as JSON. */
  patch_lines: 5_000,
  /** Items of a list that are not folded. */
  open_items: 6,
  /** Worker sessions that ran it. */
  sessions: 20,
  /** Files of code that are listed. */
  files: 500,
} as const;
