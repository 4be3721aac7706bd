/**
 * Checks whether an open database is still the one at its path. A file that was deleted or replaced still accepts writes through
 * the open handle, and they are lost when the process ends. A commit therefore counts only if the path still names the same file.
 * Node only.
 * @module
 */
import { statSync } from 'node:fs';

/** The write-ahead log and its index. Losing one of them under an open handle is as bad as losing the database. */
const SUFFIXES = ['', '-wal', '-shm'] as const;

/** The files of an open database when it was opened. */
export class FilePlace {
  readonly #files: readonly { path: string; id: string | undefined }[];

  /** Remembers the files at `path`. The database must be open and read, so that its log exists. */
  constructor(path: string) {
    this.#files = SUFFIXES.map((suffix) => ({ path: path + suffix, id: fileId(path + suffix) }));
  }

  /** True if the same files are still there. Costs a few microseconds. */
  holds(): boolean {
    return this.#files.every(({ path, id }) => fileId(path) === id);
  }
}

/** Returns device and inode; undefined if there is no visible file. */
function fileId(path: string): string | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    return file && `${file.dev}:${file.ino}`;
  } catch {
    return undefined;
  }
}
