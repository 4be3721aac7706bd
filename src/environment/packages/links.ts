/**
 * Packages that are linked into `node_modules`. Their code is developed elsewhere, so name and version do not
 * identify it. Their content counts. Node.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isCode } from '../git/untracked';
import { isInstalled, readManifest, realPath } from '../program/program';

/** A package of `node_modules` that is a link to a folder. */
export interface LinkedPackage {
  name: string;
  version: string;
  /** The target of the link. */
  folder: string;
}

/** Linked packages in `root/node_modules`. A broken link, or a link to an installed package, is left out. */
export function readLinks(root: string): LinkedPackage[] {
  const modules = join(root, 'node_modules');
  const scopes = list(modules).filter((entry) => entry.name.startsWith('@') && entry.isDirectory());
  const folders = [modules, ...scopes.map(({ name }) => join(modules, name))];
  return folders.flatMap((folder) =>
    list(folder)
      .filter((entry) => entry.isSymbolicLink())
      .flatMap((entry) => linkedPackage(join(folder, entry.name))),
  );
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function linkedPackage(link: string): LinkedPackage[] {
  const folder = realPath(link);
  if (folder === link || isInstalled(folder)) return [];
  const { name, version } = readManifest(folder) ?? {};
  if (typeof name !== 'string') return [];
  return [{ name, version: typeof version === 'string' ? version : '0.0.0', folder }];
}

const FILES = 10_000;
const BYTES = 64 * 1024 * 1024;
const SLICE_MS = 15;

/**
 * Digest of all code files in a folder, by their paths in it. Undefined if there are too many or no time is
 * left.
 */
export async function contentDigest(
  folder: string,
  deadline: number = Infinity,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  const waiting = [''];
  let [files, bytes, pause] = [0, 0, performance.now() + SLICE_MS];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = list(join(folder, at)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        waiting.push(path);
      if (!entry.isFile() || !isCode(entry.name)) continue;
      bytes += statSync(join(folder, path)).size;
      if (++files > FILES || bytes > BYTES || performance.now() > deadline) return undefined;
      const content = createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex');
      hash.update(`${path}\0${content}\n`);
    }
    if (performance.now() < pause) continue;
    await setImmediate();
    pause = performance.now() + SLICE_MS;
  }
  return `sha256:${hash.digest('hex')}`;
}

/** True for a package of the same project (a workspace sibling): its code is the project's. */
export function isSibling({ folder }: LinkedPackage, project: string): boolean {
  return folder === project || folder.startsWith(project + sep);
}
