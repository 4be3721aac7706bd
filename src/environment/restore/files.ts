/**
 * Writes a file that was kept by content, inside the folder whatever the record says. Node.
 * @module
 */
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { ProvenanceError } from '../../errors';
import type { JsonObject } from '../../model/json';
import { sha256 } from '../canonical';
import { type Restoration, textOf } from './restoration';

/**
 * Writes one recorded file: `path` (relative, with `/`), `sha256`, `mode` (as git has it; absent: a plain file). Names it
 * `<kind> <path>` where its content was not kept, or its place is not free.
 * @throws ProvenanceError `NOT_FOUND` for a path that leads out of the folder
 */
export async function writeKept(restoration: Restoration, file: JsonObject, kind: string): Promise<void> {
  const path = textOf(file.path) ?? '';
  inside(restoration.folder, path);
  const digest = textOf(file.sha256);
  const content = digest ? await restoration.readBlob(digest) : undefined;
  const kept = content && sha256(content) === digest ? content : undefined;
  if (!kept || !(await writeInside(restoration.folder, path, kept, textOf(file.mode))))
    restoration.lack(`${kind} ${path}`);
}

/** False when something else lies at the place, or a link would lead the write elsewhere. */
async function writeInside(
  folder: string,
  path: string,
  content: Uint8Array,
  mode: string | undefined,
): Promise<boolean> {
  const parts = path.split('/');
  let place = folder;
  for (const part of parts.slice(0, -1)) {
    place = join(place, part);
    const found = await lstat(place).catch(() => undefined);
    if (found && !found.isDirectory()) return false;
    if (!found) await mkdir(place);
  }
  const full = join(place, parts.at(-1) ?? '');
  try {
    if (mode === '120000') await symlink(Buffer.from(content), full);
    else await writeFile(full, content, { mode: mode === '100755' ? 0o755 : 0o644, flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** A recorded path, held inside the folder: a record may have been written by anybody. */
export function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const git = path.split(/[\\/]/).some((part) => part.toLowerCase() === '.git');
  if (git || !full.startsWith(folder + sep))
    throw new ProvenanceError('NOT_FOUND', 'A recorded path leads out of the folder to restore in.');
  return full;
}
