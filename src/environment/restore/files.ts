/**
 * Writes files that were kept by content. They stay inside the folder, even if the record contains a path that
 * leads out. Node.
 * @module
 */
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { ProvenanceError } from '../../errors';
import type { JsonObject } from '../../model/json';
import { onDisk, type RawPath, rawOf } from '../git/paths';
import { sha256 } from '../identity/canonical';
import { type Restoration, textOf } from './restoration';

/** The place for recorded files. */
interface WritePlace {
  /** The kind of the files, for the list of what is missing: `untracked`. */
  kind: string;
  /**
   * Folder to which the paths of the files are relative. It is given relative to the restored folder.
   * @defaultValue that folder
   */
  base?: RawPath;
}

/**
 * Writes one recorded file: `path` (relative, with `/`; `path_base64` if it is not UTF-8), `sha256`, `mode`
 * (git's mode; absent for a plain file). Lists it as `<kind> <path>` if its content was not kept, or its place
 * is not free.
 * @throws ProvenanceError `NOT_FOUND` for a path that leads out of the folder
 */
export async function writeKept(
  restoration: Restoration,
  file: JsonObject,
  { kind, base }: WritePlace,
): Promise<void> {
  const path = inside(base ? `${base}/${recordedBytes(file)}` : recordedBytes(file));
  const digest = textOf(file.sha256);
  const content = digest ? await restoration.readBlob(digest) : undefined;
  const kept = content && sha256(content) === digest ? content : undefined;
  if (kept && (await writeInside(restoration.folder, path, kept, textOf(file.mode)))) return;
  const reason = textOf(file.reason) ?? (file.withheld === true ? 'withheld' : undefined);
  restoration.lack(`${kind} ${file.path}${reason ? ` (${reason})` : ''}`);
}

/** False if something else is at the place, or if a link would lead the write elsewhere. */
async function writeInside(
  folder: string,
  path: RawPath,
  content: Uint8Array,
  mode: string | undefined,
): Promise<boolean> {
  const end = path.lastIndexOf('/');
  if (end > 0 && !(await makeFolder(folder, path.slice(0, end)))) return false;
  const full = onDisk(folder, path);
  try {
    if (mode === '120000') await symlink(Buffer.from(content), full);
    else await writeFile(full, content, { mode: mode === '100755' ? 0o755 : 0o644, flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Creates a folder and its parents; false if a link or a file is in the way. */
export async function makeFolder(folder: string, path: RawPath): Promise<boolean> {
  const parts = path.split('/');
  for (let i = 1; i <= parts.length; i++) {
    const place = onDisk(folder, parts.slice(0, i).join('/'));
    const found = await lstat(place).catch(() => undefined);
    if (found && !found.isDirectory()) return false;
    if (!found) await mkdir(place);
  }
  return true;
}

/** The bytes of a recorded path. */
export function recordedBytes(file: JsonObject): RawPath {
  const base64 = textOf(file.path_base64);
  return base64 === undefined
    ? rawOf(textOf(file.path) ?? '')
    : Buffer.from(base64, 'base64').toString('latin1');
}

/** Keeps a recorded path inside the folder: the author of a record is not trusted. */
export function inside(path: RawPath): RawPath {
  const parts = path.split(process.platform === 'win32' ? /[\\/]/ : '/');
  const leads = parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git');
  if (leads || path.includes('\0') || /^[a-z]:/i.test(path))
    throw new ProvenanceError('NOT_FOUND', 'A recorded path is outside the target folder.');
  return path;
}
