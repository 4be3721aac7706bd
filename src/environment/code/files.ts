/**
 * The lab's code files as they lie on disk: digest and content, and what each names. Read once for a size, time and inode.
 * Synchronous, since thousands of small reads cost a third of what they do through the thread pool; whoever reads many
 * gives way between them. Node.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../identity/canonical';
import { type Scan, scanModule } from './scan';

/** A larger file is named, and not compared. */
const FILE_BYTES = 32 * 1024 * 1024;
/** A larger text is hashed, and not searched for what it names. */
const SCANNED_BYTES = 8 * 1024 * 1024;

/** One file of code, as it was read. */
export interface CodeFile {
  path: string;
  /** `sha256:<hex>`; absent where `missing` says why. */
  digest?: string;
  size_bytes: number;
  mtime_ms: number;
  scan: Scan;
  missing?: 'not_compared' | 'gone' | 'unreadable' | 'too_large';
}

/** A file with its content, where it has just been read. */
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
/** Of what was read before, so that a process that loads code without end keeps little of it. */
const KNOWN_FILES = 20_000;

/** A file as it is now. Never throws. */
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
