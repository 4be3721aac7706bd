/**
 * The limits of what is seen of data that runs use and generate, each with its reason, as in `limits.ts`. [isolate-safe]
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Data that runs use and generate: what is looked for in values, and looked at on disks. */
export const DATA = {
  /** Longest string that is taken for a name: a path has 4 KiB at most, and a signed URI is a few KiB longer. */
  name_characters: 16 * KIB,
  /** Longest URI that is kept whole; of a longer one the beginning and a digest. */
  uri_characters: 2 * KIB,
  /** Longest JSON path of the place where a name was found. */
  path_characters: 512,
  /** Levels of nesting that are searched for names: results of science nest less. */
  depth: 24,
  /** Containers, and values in them, that are searched in one run: about 2 ms on the event loop at worst. */
  read_objects: 5_000,
  read_values: 20_000,
  /** Strings of one run that may be names: further ones are left out, and that is said. */
  candidates: 5_000,
  /** Pieces of data in one document: 250 bytes each. */
  items: 1_000,
  /** An array of more names than this is one collection, rather than as many pieces of data. */
  list_items: 500,
  /** Members of a directory or collection that a run's document names, and that its digest's document does. */
  run_members: 100,
  members: 1_000,
  /** Files of one directory that are looked at, and how long that may take: more has no signature. */
  walked_files: 100_000,
  walk_ms: 5_000,
  /** A call to the file system that takes longer hangs: the thread is given up. No disk takes as long, a busy network file system may. */
  file_ms: 5_000,
  /** How often that is looked at. */
  watch_ms: 250,
  /** A thread that does not begin to work for so long is given up as well: the machine may be busy. */
  idle_ms: 30_000,
  /** Threads that hang at once: beyond, nothing is looked at until one comes back. */
  threads: 3,
  /** A folder in which a call hung is left alone for so long. */
  hung_folder_ms: 60_000,
  /** Names that wait to be looked at: the thread takes some 100,000 in a second. */
  waiting_names: 50_000,
  /** Largest file or directory that is digested: some 20 s of a disk's time. Larger ones are a lab's to ask for. */
  digest_bytes: 4 * 1024 * MIB,
  /** What waits to be digested: beyond, the digest is left out. About five minutes of a disk's time. */
  waiting_digests: 10_000,
  waiting_bytes: 64 * 1024 * MIB,
  /** One file or directory: a slow disk must not keep all others waiting. */
  digest_ms: 600_000,
  /** Read at once: less costs calls, more delays what is to be looked at meanwhile. */
  chunk_bytes: MIB,
  /** Digests that are remembered by signature, in characters. */
  remembered_characters: 4_000_000,
  /** Clock ticks of a local file system: a file that was written may bear an instant so much earlier. */
  local_tick_ms: 10,
  /** A file must have been left alone for so long before its digest says what its signature means: twice a tick. */
  local_rest_ms: 20,
  /** The same of a network file system, whose instants are another machine's, in whole seconds at worst. */
  network_tick_ms: 2_000,
  network_rest_ms: 2_000,
  /** The end of a worker waits so long for what is to be looked at, and for digests that are under way. */
  close_ms: 2_000,
} as const;
