/**
 * A copy of a repository's index to work on. The repository itself is only read. Node.
 * @module
 */
import { lstatSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Absent } from '../findings';
import type { Git, GitVariables } from './client';
import type { FlaggedEntry } from './index-entries';
import { onDisk, utf8Of } from './paths';

/** The copy is deleted later, so nothing waits for the disk. A split index would write into the repository. */
export const UNSYNCED = ['-c', 'core.fsync=none', '-c', 'core.splitIndex=false'];

/** A copy of an index that may be written to. `close` deletes it. */
export interface TemporaryIndex {
  folder: string;
  /** Variables with which git works on the copy, and puts new objects next to it. */
  variables: GitVariables;
  close(): Promise<void>;
}

/**
 * Copies an index with its time, rounded down. Git checks files again that changed in the same second in which
 * the index was written. With the time of a fresh copy it could not detect them.
 */
export async function copyIndex(index: string, objects: string): Promise<TemporaryIndex> {
  const folder = await mkdtemp(join(tmpdir(), 'provenance-git-'));
  const copy = join(folder, 'index');
  try {
    await mkdir(join(folder, 'objects')); // Without it git reports that this is not a repository.
    const { mtimeMs } = await stat(index);
    await copyFile(index, copy);
    const seconds = Math.max(1, Math.floor(mtimeMs / 1000)); // 0 would mean that no time is known.
    // See docs/design/environment.md#git.
    await utimes(copy, seconds, seconds);
  } catch (error) {
    // No index file: nothing is tracked yet.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      await rm(folder, { recursive: true, force: true });
      throw new Absent('unreadable_file', { cause: error });
    }
  }
  const variables = {
    GIT_INDEX_FILE: copy,
    GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
  return { folder, variables, close: () => rm(folder, { recursive: true, force: true }) };
}

/** Limit for all arguments together; Windows allows 32,767 characters. */
const COMMAND_LENGTH = 20_000;
const FLAGGED_FILES = 2000;

/**
 * The entries whose files may differ without being reported. In a sparse checkout, missing files are missing on
 * purpose.
 */
export function hiddenEntries(
  top: string,
  flagged: readonly FlaggedEntry[],
  sparse: boolean,
): FlaggedEntry[] {
  if (!sparse) return [...flagged];
  const folders = new Map<string, boolean>();
  return flagged.filter(({ path, skipWorktree }) => !skipWorktree || isThere(top, path, folders));
}

/** Folders are cached: most files of a sparse checkout are in folders that do not exist. */
function isThere(top: string, path: string, folders: Map<string, boolean>): boolean {
  const end = path.lastIndexOf('/');
  if (end > 0) {
    const folder = path.slice(0, end);
    const known = folders.get(folder) ?? isThere(top, folder, folders);
    folders.set(folder, known);
    if (!known) return false;
  }
  return lstatSync(onDisk(top, path), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Removes the flags from the copy, so that git checks the files again.
 * @throws Absent `flagged_files` if there are too many, or if their names cannot be passed to git
 */
export async function clearFlags(
  git: Git,
  index: TemporaryIndex,
  entries: readonly FlaggedEntry[],
): Promise<void> {
  const paths = entries.map(({ path }) => utf8Of(path));
  if (entries.length > FLAGGED_FILES || paths.includes(undefined)) throw new Absent('flagged_files');
  for (const flag of ['assumeUnchanged', 'skipWorktree'] as const) {
    const option = flag === 'assumeUnchanged' ? '--no-assume-unchanged' : '--no-skip-worktree';
    const named = paths.filter(
      (path, i): path is string => path !== undefined && entries[i]?.[flag] === true,
    );
    for (const part of inParts(named))
      await git.read([...UNSYNCED, 'update-index', option, '--', ...part], index.variables);
  }
}

function inParts(paths: readonly string[]): string[][] {
  const parts: string[][] = [];
  let length = COMMAND_LENGTH;
  for (const path of paths) {
    length += path.length + 1;
    if (length > COMMAND_LENGTH) {
      parts.push([]);
      length = path.length;
    }
    parts.at(-1)?.push(path);
  }
  return parts;
}
