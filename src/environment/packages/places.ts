/**
 * Where the code in a folder finds packages: in its own `node_modules`, and in those above it up to the one
 * that a package manager marked. In a workspace: the packages hoisted to its root, the package's own, and those
 * of siblings that it depends on. Node.
 * @module
 */
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readManifest, repositoryOf } from '../program/program';
import { isSibling, type LinkedPackage, readLinks } from './links';

interface PackagePlaces {
  /** The folder in which the manager installed, or the topmost one with packages. */
  root: string;
  /** Folders below it that have packages of their own, relative, with `/`. */
  places: string[];
  /** Linked packages that are not siblings, each once. */
  links: LinkedPackage[];
}

/** @param isSigned true if a package manager has left its file in a folder */
export function packagePlaces(cwd: string, isSigned: (folder: string) => boolean): PackagePlaces | undefined {
  const found = foldersWithPackages(resolve(cwd), isSigned);
  const root = found.at(-1);
  if (root === undefined) return undefined;
  const project = repositoryOf(root) ?? root;
  const folders = new Set(found.slice(0, -1));
  const links = new Map<string, LinkedPackage>();
  const all = found.flatMap(readLinks);
  for (const link of all) if (!isSibling(link, project)) links.set(link.folder, link);
  for (const folder of siblingsOf(
    resolve(cwd),
    all.filter((link) => isSibling(link, project)),
  ))
    if (folder.startsWith(root + sep) && hasPackages(folder)) folders.add(folder);
  return {
    root,
    places: [...folders].map((folder) => relative(root, folder).split(sep).join('/')).sort(),
    links: [...links.values()],
  };
}

/**
 * Finds folders with packages, from the given folder upwards, up to the first in which a package manager left
 * its file. If none did, returns all such folders in the repository; without a repository, only the nearest
 * one.
 */
function foldersWithPackages(from: string, isSigned: (folder: string) => boolean): string[] {
  const top = repositoryOf(from);
  const found: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    if (hasPackages(folder)) {
      found.push(folder);
      if (isSigned(folder)) return found;
    }
    const nearest = top === undefined && found.length > 0 && !isWorkspaceAbove(folder, isSigned);
    if (nearest || dirname(folder) === folder) return found;
    if (folder === top && found.length > 0) return found;
  }
}

/** True if the folder is a package of a workspace whose root a manager marked. */
function isWorkspaceAbove(from: string, isSigned: (folder: string) => boolean): boolean {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (isSigned(folder)) return true;
    if (dirname(folder) === folder) return false;
  }
}

function hasPackages(folder: string): boolean {
  return statSync(join(folder, 'node_modules'), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Folders of the siblings that a package depends on, directly or through others. */
function siblingsOf(folder: string, siblings: readonly LinkedPackage[]): Set<string> {
  const found = new Set<string>();
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { name, folder: sibling } of siblings) {
      if (found.has(sibling) || sibling === folder || !dependsOn(at, name)) continue;
      found.add(sibling);
      waiting.push(sibling);
    }
  return found;
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function dependsOn(folder: string, name: string): boolean {
  const manifest = readManifest(folder) ?? {};
  return DEPENDENCIES.some((key) => Object.hasOwn((manifest[key] ?? {}) as object, name));
}
