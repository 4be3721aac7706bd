/**
 * Decides which code files git holds, so that the hash of its work tree covers them. The source is the
 * repository, else the build file. Node.
 * @module
 */

import { relative, sep } from 'node:path';
import { withTimeout } from '../../model/with-timeout';
import type { ProbeContext } from '../findings';
import type { Declared } from '../program/declared';
import { repositoryOf } from '../program/program';
import type { ReadFile } from './files';
import { type CodePlace, codeName, codePlace } from './names';
import { trackedFiles } from './tracked';

/** A file with the name under which it is recorded. */
export interface NamedFile {
  name: string;
  file: ReadFile;
  held: boolean;
}

/** What may hold the files: a build file, or git. */
export interface Holders {
  declared: Promise<Declared>;
  /** Resolves to true if the tree of the tracked files on disk is known: only then it covers them. */
  knowsTree: Promise<boolean>;
}

/**
 * Names files, and decides which of them git holds. If this is unknown, no file counts as held, and each is
 * recorded by content.
 */
export async function nameFiles(
  files: readonly ReadFile[],
  context: ProbeContext,
  holders: Pick<Holders, 'declared'>,
): Promise<NamedFile[]> {
  const declared = await holders.declared;
  const subdir = declared.facts['git.subdir'];
  const place = codePlace(context.cwd, typeof subdir === 'string' ? subdir : undefined);
  const tracked = await trackedOf(files, place, context);
  const built = tracked ? undefined : builtFiles(declared);
  return files.map((file) => {
    const name = codeName(file.path, place);
    const held = tracked
      ? tracked.has(file.path)
      : file.digest !== undefined && built?.get(name) === file.digest;
    return { name, file, held };
  });
}

async function trackedOf(
  files: readonly ReadFile[],
  { folder, top }: CodePlace,
  { env, signal, deadline }: ProbeContext,
): Promise<ReadonlySet<string> | undefined> {
  if (repositoryOf(folder) === undefined) return undefined;
  const inside = new Map<string, string>();
  for (const { path } of files)
    if (path.startsWith(top + sep)) inside.set(relative(top, path).split(sep).join('/'), path);
  const query = trackedFiles(top, [...inside.keys()], env, signal);
  const tracked = await byDeadline(query, deadline, undefined);
  return new Set([...(tracked ?? [])].map((path) => inside.get(path)!));
}

/**
 * The result of a promise by a deadline (`performance.now()`), else `late`. If git hangs, only its answer is
 * missing.
 */
export function byDeadline<T>(promise: Promise<T>, deadline: number | undefined, late: T): Promise<T> {
  if (deadline === undefined || deadline === Infinity) return promise;
  return withTimeout(promise, Math.max(0, deadline - performance.now()), () => late);
}

/** Digests of the files that git held when the build file was written, by name. */
function builtFiles({ files = [] }: Declared): ReadonlyMap<string, string> {
  return new Map(files.filter(({ held }) => held).map(({ path, sha256 }) => [path, sha256]));
}
