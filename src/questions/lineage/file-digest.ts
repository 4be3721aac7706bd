/**
 * Digests a file or directory on this machine in the recorded form. The digest of a directory is that of its
 * manifest: a line for each file below it, sorted by name. Reads in parts; opens no pipe and no device. Node
 * only.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { ProvenanceError } from '../../errors';
import { fileUri } from '../../model/file-uri';

/** A content. */
export interface FileDigest {
  /** Hex. */
  sha256: string;
  size_bytes: number;
  type: 'file' | 'directory';
}

const CHUNK_BYTES = 1 << 20;
const MOST_FILES = 1_000_000;

/** Called with the number of bytes read so far. */
type OnBytes = (bytes: number) => void;

/**
 * The digest of the content at a path. @throws (rejects) ProvenanceError NOT_FOUND; REFERENCE_INVALID if it is
 * neither file nor directory
 */
export async function digestOfPath(path: string, onBytes: OnBytes = () => undefined): Promise<FileDigest> {
  const stats = await statsOf(path);
  if (stats.isDirectory()) return digestOfDirectory(path, onBytes);
  if (!stats.isFile())
    throw new ProvenanceError(
      'REFERENCE_INVALID',
      `${path} is neither a file nor a directory, so it has no digest.`,
    );
  return { ...(await digestOfFile(path, onBytes)), type: 'file' };
}

async function statsOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ProvenanceError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT' || code === 'ENOTDIR' ? 'File not found:' : `Can't be read (${code ?? 'error'}):`;
  return new ProvenanceError('NOT_FOUND', `${why} ${path}.`);
}

async function digestOfFile(path: string, onBytes: OnBytes): Promise<{ sha256: string; size_bytes: number }> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let size_bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), size_bytes };
      hash.update(chunk.subarray(0, bytesRead));
      size_bytes += bytesRead;
      onBytes(bytesRead);
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await file?.close();
  }
}

async function digestOfDirectory(path: string, onBytes: OnBytes): Promise<FileDigest> {
  const files: Entry[] = [];
  await list({ name: '', path: Buffer.from(path) }, files, new Set());
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = createHash('sha256');
  let total_bytes = 0;
  for (const { name, path: file } of files) {
    const entry = await stat(file).catch(() => undefined);
    if (!entry?.isFile()) {
      manifest.update(`- - ${name}\n`);
      continue;
    }
    const { sha256, size_bytes } = await digestOfFile(file as unknown as string, onBytes);
    total_bytes += size_bytes;
    manifest.update(`${sha256} ${size_bytes} ${name}\n`);
  }
  return { sha256: manifest.digest('hex'), size_bytes: total_bytes, type: 'directory' };
}

interface Entry {
  /** Path below the directory, as in a URI. */
  name: string;
  /** As bytes, because a name need not be UTF-8. */
  path: Buffer;
}

/** All files below a folder. Links are followed once. */
async function list(folder: Entry, files: Entry[], entered: Set<string>): Promise<void> {
  const { dev, ino } = await stat(folder.path);
  if (entered.has(`${dev}:${ino}`)) return;
  entered.add(`${dev}:${ino}`);
  for (const bytes of await readdir(folder.path, { encoding: 'buffer' })) {
    if (files.length >= MOST_FILES)
      throw new ProvenanceError('REFERENCE_INVALID', `${folder.path} has more than ${MOST_FILES} files.`);
    const path = Buffer.concat([folder.path, Buffer.from('/'), bytes]);
    const entry = { name: folder.name + fileUri('', bytes).slice('file://'.length), path };
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory()) await list({ name: `${entry.name}/`, path }, files, entered);
    else files.push(entry);
  }
}
