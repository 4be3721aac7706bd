/**
 * The file operations that a spool is made of. One thin seam: tests put faults (full disk, short writes, failing fsync)
 * here, and everything above runs as it is. Node only.
 * @module
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';

/** An open file. `write` may write less than it was given without an error, as the system call does. */
export interface SpoolFile {
  write(bytes: Uint8Array, at: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Data and size are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files and folders. A method rejects with the error of the system, unless it says otherwise. */
export interface SpoolFiles {
  /** Fails when it exists; never follows a link. Mode 0600. */
  create(path: string): Promise<SpoolFile>;
  /** `null` when it is not there. */
  read(path: string): Promise<Buffer | null>;
  list(folder: string): Promise<string[]>;
  /** `null` when it is not there. */
  stat(path: string): Promise<{ size: number; modified_ms: number } | null>;
  /** False when `from` is not there (any more). */
  rename(from: string, to: string): Promise<boolean>;
  /** False when it was not there. */
  remove(path: string): Promise<boolean>;
  /** Marks as in use now. */
  touch(path: string): Promise<void>;
  /** Names in the folder are on the disk. */
  syncFolder(folder: string): Promise<void>;
}

async function unlessMissing<T, M>(action: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await action;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
}

async function create(path: string): Promise<SpoolFile> {
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;
  const handle = await fs.open(path, O_CREAT | O_EXCL | O_RDWR | (O_NOFOLLOW ?? 0), 0o600);
  return {
    write: async (bytes, at) => (await handle.write(bytes, 0, bytes.length, at)).bytesWritten,
    truncate: (length) => handle.truncate(length),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The real ones. */
export const realFiles: SpoolFiles = {
  create,
  syncFolder,
  read: (path) =>
    unlessMissing(fs.readFile(path, { flag: constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) }), null),
  list: (folder) => fs.readdir(folder),
  stat: async (path) => {
    const stat = await unlessMissing(fs.lstat(path), null);
    return stat && { size: stat.size, modified_ms: stat.mtimeMs };
  },
  rename: async (from, to) => (await unlessMissing(fs.rename(from, to), false)) !== false,
  remove: async (path) => (await unlessMissing(fs.unlink(path), false)) !== false,
  touch: async (path) => {
    const now = new Date();
    await unlessMissing(fs.utimes(path, now, now), undefined);
  },
};

/** Writes all of it, however often the system takes only a part. Returns how much got there, with the error that ended it. */
export async function writeFully(
  file: SpoolFile,
  bytes: Uint8Array,
  at: number,
): Promise<{ written: number; error?: unknown }> {
  let written = 0;
  while (written < bytes.length) {
    try {
      const count = await file.write(bytes.subarray(written), at + written);
      if (count === 0) return { written, error: new Error('the file takes no more bytes') };
      written += count;
    } catch (error) {
      return { written, error };
    }
  }
  return { written };
}
