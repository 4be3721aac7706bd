/**
 * The file operations of a spool. Tests inject faults here (full disk, short writes, failing fsync), and all other code runs
 * unchanged. Node only.
 * @module
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';

/** An open file. `write` may write less than requested without an error, as the system call does. */
export interface SpoolFile {
  write(bytes: Uint8Array, at: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Resolves when data and size are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files and folders. Unless stated otherwise, a method rejects with the system's error. */
export interface SpoolFiles {
  /** Creates a file with mode 0600. Fails if it exists; never follows a link. */
  create(path: string): Promise<SpoolFile>;
  /** Returns `null` if it is missing. */
  read(path: string): Promise<Buffer | null>;
  list(folder: string): Promise<string[]>;
  /** Returns `null` if it is missing. */
  stat(path: string): Promise<{ size: number; modified_ms: number } | null>;
  /** Returns false if `from` is missing. */
  rename(from: string, to: string): Promise<boolean>;
  /** Returns false if it was missing. */
  remove(path: string): Promise<boolean>;
  /** Marks it as in use now. */
  touch(path: string): Promise<void>;
  /** Resolves when the names in the folder are on the disk. */
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

/** The operations of the real file system. */
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

/**
 * Writes everything, even if the system writes only parts. Returns the number of written bytes, with the error that stopped it.
 */
export async function writeFully(
  file: SpoolFile,
  bytes: Uint8Array,
  at: number,
): Promise<{ written: number; error?: unknown }> {
  let written = 0;
  while (written < bytes.length) {
    try {
      const count = await file.write(bytes.subarray(written), at + written);
      if (count === 0) return { written, error: new Error('the file accepts no more bytes') };
      written += count;
    } catch (error) {
      return { written, error };
    }
  }
  return { written };
}
