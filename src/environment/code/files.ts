/**
 * Reads the lab's code files from disk: digest, content, and the modules that each names. A file is read once
 * for a size, time and inode. Reading is synchronous, since thousands of small reads cost a third of what they
 * do through the thread pool. Callers that read many files pause in between. Node.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../identity/canonical';
import { type Scan, scanModule } from './scan';

/** A larger file is named, but not compared. */
const FILE_BYTES = 32 * 1024 * 1024;
/** A larger text is hashed, but not searched for imports. */
const SCANNED_BYTES = 8 * 1024 * 1024;

/** One code file, as it was read. */
export interface CodeFile {
  path: string;
  /** `sha256:<hex>`; absent if `missing` gives a reason. */
  digest?: string;
  size_bytes: number;
  mtime_ms: number;
  scan: Scan;
  missing?: 'not_compared' | 'gone' | 'unreadable' | 'too_large';
}

/** A file with its content, if it was just read. */
export interface ReadFile extends CodeFile {
  bytes?: Buffer;
}

interface Known {
  size: number;
  mtimeMs: number;
  ino: number;
  file: CodeFile;
}

const known = new Map<string, Known>();
/** The most files that are remembered, so that a process that loads code without end does not fill memory. */
const KNOWN_FILES = 20_000;

/** Reads a file as it is now. Never throws. */
export function readCodeFile(path: string): ReadFile {
  const at: CodeFile = { path, size_bytes: 0, mtime_ms: 0, scan: { named: [] } };
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return { ...at, missing: 'gone' };
    const { size, mtimeMs, ino } = stat;
    const before = known.get(path);
    if (before && before.size === size && before.mtimeMs === mtimeMs && before.ino === ino)
      return before.file;
    const about = { ...at, size_bytes: size, mtime_ms: mtimeMs };
    const bytes = size > FILE_BYTES ? undefined : readFileSync(path);
    const file: CodeFile = bytes
      ? { ...about, ...contentOf(path, bytes) }
      : { ...about, missing: 'too_large' };
    if (known.size >= KNOWN_FILES) known.clear();
    known.set(path, { size, mtimeMs, ino, file });
    return { ...file, bytes };
  } catch {
    return { ...at, missing: 'unreadable' };
  }
}

function contentOf(path: string, bytes: Buffer): Pick<CodeFile, 'digest' | 'scan'> {
  const scanned = /\.[cm]?[jt]sx?$|\/[^./]+$/.test(path) && bytes.length <= SCANNED_BYTES;
  return { digest: sha256(bytes), scan: scanned ? scanModule(bytes.toString('utf8')) : { named: [] } };
}
