/**
 * Opens a SQLite file for reading without creating or changing files next to it. A file in write-ahead mode needs a log and an
 * index. If they are missing, SQLite creates them as files of the reading user, and the owner can no longer write. Writers leave
 * a file that needs neither (`closeAtRest`). Both are therefore missing only after a crash, or in a copy that `backup` did not
 * create. Node only.
 * @module
 */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { ProvenanceError } from '../../../errors';

/** The offset of the header byte with the journal mode: 2 is the write-ahead log. */
const WRITE_VERSION_AT = 18;
const WRITE_AHEAD = 2;
const TRIES = 3;

/** The file to open; call `release` after opening it. */
interface Readable {
  path: string;
  release(): void;
}

/**
 * Returns the file itself, or a private copy if reading the file would leave files behind.
 * @throws STORE_UNREACHABLE
 */
export function readableFile(path: string, location: string): Readable {
  const inPlace = { path, release: () => undefined };
  if (!isWriteAhead(path, location)) return inPlace;
  if (existsSync(`${path}-wal`) && existsSync(`${path}-shm`)) return inPlace;
  // Readers create no files: docs/design/store.md#sqlite.
  return mayCreateFilesNextTo(path) ? inPlace : privateCopy(path, location);
}

function isWriteAhead(path: string, location: string): boolean {
  const version = Buffer.alloc(1);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, version, 0, 1, WRITE_VERSION_AT);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, location, error);
  }
  return version[0] === WRITE_AHEAD;
}

/**
 * True if files created next to it would belong to its owner: for the owner, and for root, whose files SQLite gives to the owner.
 */
function mayCreateFilesNextTo(path: string): boolean {
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && user !== statSync(path).uid) return false;
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Copies the file with its log. Without an index no process writes to it, so the copy is consistent unless a writer starts
 * meanwhile.
 */
function privateCopy(path: string, location: string): Readable {
  const folder = mkdtempSync(join(tmpdir(), 'temporal-provenance-read-'));
  const copy = join(folder, 'copy.db');
  // An open file stays readable after it is deleted.
  const release = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (let left = TRIES; left > 0; left--) {
      const before = stamp(path);
      copyFileSync(path, copy, constants.COPYFILE_FICLONE);
      if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
      if (stamp(path) === before) return { path: copy, release };
    }
    throw new ProvenanceError('STORE_BUSY', `The store ${location} is being opened by a worker; try again.`);
  } catch (error) {
    release();
    if (ProvenanceError.is(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? `there is no space for a copy of it in ${tmpdir()}; set another folder with TMPDIR`
        : `${String(error instanceof Error ? error.message : error)}; ask its owner for a \`backup\``;
    throw new ProvenanceError(
      'STORE_UNREACHABLE',
      `The store ${location} cannot be read in place, because its write-ahead log is not merged yet and this user may not create files there, and ${why}.`,
      { cause: error },
    );
  }
}

function stamp(path: string): string {
  return ['', '-wal', '-shm']
    .map((suffix) => statSync(path + suffix, { bigint: true, throwIfNoEntry: false }))
    .map((file) => (file ? `${file.ino} ${file.size} ${file.mtimeNs}` : 'none'))
    .join();
}

/** Returns an error of the file system as one line with the way out. */
export function unreadable(path: string, location: string, cause: unknown): ProvenanceError {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== 'EACCES' && code !== 'EPERM') {
    const words = cause instanceof Error ? cause.message : String(cause);
    return new ProvenanceError('STORE_UNREACHABLE', `The store ${location} cannot be read: ${words}.`, {
      cause,
    });
  }
  const file = seen(path);
  const what = file
    ? `it belongs to user ${file.uid} and has mode ${(file.mode & 0o777).toString(8)}`
    : 'its folder is closed to others';
  return new ProvenanceError(
    'STORE_UNREACHABLE',
    `The store ${location} cannot be read by user ${userName()} (${what}): its owner can grant access with chmod, or give you a \`backup\`.`,
    { cause },
  );
}

function seen(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return `'${userInfo().username}'`;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
