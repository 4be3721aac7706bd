/**
 * The limits for the capture of data that runs use and generate, each with its reason, as in `limits.ts`.
 * [isolate-safe]
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits for names that are searched in values, and for data that is examined on disks. */
export const DATA = {
  /**
   * Longest string that is taken for a name: a path has at most 4 KiB, and a signed URI is a few KiB longer.
   */
  name_characters: 16 * KIB,
  /** Longest URI that is kept whole. Of a longer one the beginning and a digest are kept. */
  uri_characters: 2 * KIB,
  /** Longest JSON path of the place where a name was found. */
  path_characters: 512,
  /** The most levels of nesting that are searched for names. Scientific results have fewer. */
  depth: 24,
  /**
   * The most containers, and values in them, that are searched in one run. At worst this takes about 2 ms of
   * the event loop.
   */
  read_objects: 5_000,
  read_values: 20_000,
  /** The most strings of one run that may be names. Further ones are left out, and the document reports it. */
  candidates: 5_000,
  /** The most pieces of data in one document. Each takes about 250 bytes. */
  items: 1_000,
  /** An array with more names than this becomes one collection. */
  list_items: 500,
  /**
   * The most members of a directory or collection that the document of a run lists, and the most that the
   * document of a digest lists.
   */
  run_members: 100,
  members: 1_000,
  /**
   * The most files of one directory that are examined, and the time limit for it. A larger directory has no
   * signature.
   */
  walked_files: 100_000,
  walk_ms: 5_000,
  /**
   * A call to the file system that takes longer is considered hanging, and the thread is abandoned. A disk
   * never takes this long; a busy network file system may.
   */
  file_ms: 5_000,
  /** How often this is checked. */
  watch_ms: 250,
  /**
   * A thread that does not begin to work for this long is abandoned, too. The limit is long because the machine
   * may be busy.
   */
  idle_ms: 30_000,
  /** The most hanging threads at the same time. At this limit nothing is examined until one of them returns. */
  threads: 3,
  /** How long a folder is skipped after a call hung in it. */
  hung_folder_ms: 60_000,
  /** The most names that wait to be examined: the thread handles about 100,000 per second. */
  waiting_names: 50_000,
  /** Largest file or directory that is digested: about 20 s of a disk's time. A lab can raise the limit. */
  digest_bytes: 4 * 1024 * MIB,
  /**
   * The most digests that may wait. Beyond this a digest is left out. They take about five minutes of a disk's
   * time.
   */
  waiting_digests: 10_000,
  waiting_bytes: 64 * 1024 * MIB,
  /** Time limit for one file or directory: a slow disk must not block all others. */
  digest_ms: 600_000,
  /** Size of one read. A smaller size needs more calls, a larger one delays looks that wait. */
  chunk_bytes: MIB,
  /** Limit in characters for digests that are remembered by signature. */
  remembered_characters: 4_000_000,
  /** Clock resolution of a local file system: a written file may have a time that is this much earlier. */
  local_tick_ms: 10,
  /** How long a file must be unchanged before its digest is valid for its signature: twice the resolution. */
  local_rest_ms: 20,
  /** The same for a network file system, whose times are another machine's, at worst in whole seconds. */
  network_tick_ms: 2_000,
  network_rest_ms: 2_000,
  /** How long the end of a worker waits for looks, and for digests in progress. */
  close_ms: 2_000,
} as const;
