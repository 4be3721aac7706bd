/**
 * Whether an open database is still the one at its path. A file that was deleted, or replaced by another, goes on taking
 * writes through the open handle, and they are gone with the process; so a commit counts only while the path names the
 * file that took it. Node only.
 * @module
 */
import { statSync } from 'node:fs';

/** Write-ahead log and its index: losing one of them under an open handle is as bad as losing the database. */
const SUFFIXES = ['', '-wal', '-shm'] as const;

/** The files of an open database, as they stood when it was opened. */
export class FilePlace {
  readonly #files: readonly { path: string; id: string | undefined }[];

  /** Remembers which files stand at `path` now; the database is open and was read, so its log is there. */
  constructor(path: string) {
    this.#files = SUFFIXES.map((suffix) => ({ path: path + suffix, id: fileId(path + suffix) }));
  }

  /** True while the same files stand there. Costs a few microseconds. */
  holds(): boolean {
    return this.#files.every(({ path, id }) => fileId(path) === id);
  }
}

/** Device and inode; undefined where there is no file, or none that can be seen. */
function fileId(path: string): string | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    return file && `${file.dev}:${file.ino}`;
  } catch {
    return undefined;
  }
}
