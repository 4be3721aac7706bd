/**
 * Names code files by their place in the project, never by the machine's folders, so that the same code has the
 * same name everywhere. Node.
 * @module
 */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { packageFolder, readManifest, realPath, repositoryOf } from '../program/program';

/** The place of the code, from which its files are named. */
export interface CodePlace {
  /** Folder of the code. Names are relative to it. */
  folder: string;
  /** Top of its work tree, or of the work tree in which it was built; without one, the folder itself. */
  top: string;
}

/** @param subdir folder of the code inside the repository, if a build file gives it */
export function codePlace(folder: string, subdir?: string): CodePlace {
  const real = realPath(folder);
  const depth = subdir ? subdir.split('/').length : 0;
  return { folder: real, top: repositoryOf(real) ?? resolve(real, ...Array(depth).fill('..')) };
}

/**
 * The name of a code file. Inside the work tree: the path from the code's folder. In a linked package: as the
 * code finds it (`node_modules/NAME/…`). Elsewhere: `outside/`, its package, and the path in that.
 */
export function codeName(path: string, { folder, top }: CodePlace): string {
  if (path.startsWith(top + sep)) return posix(relative(folder, path));
  const home = packageFolder(dirname(path)) ?? dirname(path);
  const name = readManifest(home)?.name;
  const link = typeof name === 'string' ? linkTo(home, name, folder) : undefined;
  const place =
    link === undefined
      ? join('outside', typeof name === 'string' ? name : basename(home))
      : relative(folder, link);
  return posix(join(place, relative(home, path)));
}

function linkTo(home: string, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const link = join(folder, 'node_modules', name);
    if (realPath(link) === home) return link;
    if (dirname(folder) === folder) return undefined;
  }
}

function posix(path: string): string {
  return path.split(sep).join('/');
}
