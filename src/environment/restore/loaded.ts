/**
 * Restores code that ran and git does not hold (a built `lib/`, linked packages): each file from its kept
 * content. What the environment itself could not compare is listed as missing. Node.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { isJsonObject, type Json } from '../../model/json';
import { onDisk, rawOf } from '../git/paths';
import { sha256 } from '../identity/canonical';
import { inside, writeKept } from './files';
import { listOf, objectAt, type Restoration, textOf } from './restoration';

/**
 * Reasons about a single file on the list. Its content either exists, or is found missing when it is restored.
 */
const OF_FILES = ['withheld', 'too_large', 'not_kept', 'gone', 'unreadable'];

/** Writes the code files that the process had loaded and git does not hold. */
export async function restoreLoaded(restoration: Restoration): Promise<void> {
  const { identity, detail, reasons } = restoration.environment;
  const code = objectAt(identity, 'code');
  const subdir = textOf(objectAt(identity, 'git').subdir) ?? '';
  const done = new Set<string>();
  for (const field of ['loaded', 'workflows'] as const) {
    const reason = reasons[`code.${field}`];
    const digest = textOf(code[field]);
    if (digest !== undefined) await restoreList(restoration, digest, subdir, done);
    else if (field === 'loaded') restoration.lack(`built code (${reason ?? 'not_captured'})`);
  }
  for (const { reason, where } of listOf(objectAt(detail, 'code').inexact))
    if (!OF_FILES.includes(String(reason)))
      restoration.lack(`code that was not compared: ${where} (${reason})`);
}

async function restoreList(
  restoration: Restoration,
  digest: string,
  subdir: string,
  done: Set<string>,
): Promise<void> {
  const list = await readList(restoration, digest);
  if (!list) return restoration.lack('list of built code');
  for (const [name, content] of list) {
    const path = posix.join(subdir, name);
    if (done.has(path)) continue;
    done.add(path);
    if (name.startsWith('outside/') || path.startsWith('../'))
      restoration.lack(`code outside of the repository ${name}`);
    else if (!(await isThere(restoration.folder, path, content)))
      await writeKept(restoration, { path, sha256: content }, { kind: 'built code' });
  }
}

async function readList(
  restoration: Restoration,
  digest: string,
): Promise<[name: string, digest: string | null][] | undefined> {
  const bytes = await restoration.readBlob(digest);
  if (!bytes || sha256(bytes) !== digest) return undefined;
  const rows: Json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return Array.isArray(rows) && !rows.some(isJsonObject) ? (rows as [string, string | null][]) : undefined;
}

/** Other steps also restore untracked code and clones inside. */
async function isThere(folder: string, path: string, digest: string | null): Promise<boolean> {
  const content = await readFile(onDisk(folder, inside(rawOf(path)))).catch(() => undefined);
  return content !== undefined && digest !== null && sha256(content) === digest;
}
