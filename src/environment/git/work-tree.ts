/**
 * The tracked work tree on disk: its git tree hash, and the patch to it from the commit. Node.
 *
 * Both come from one temporary index (`add --update`, `write-tree`, `diff-index --cached`). So the patch gives
 * exactly that tree, with partly staged and unmerged files; two diffs one after the other do not apply. The
 * repository's own index and objects are not changed.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Absent } from '../findings';
import { holdsSecret, isSecretFile, type Masking } from '../identity/withheld';
import type { Git } from './client';
import { bytesOf, type RawPath } from './paths';
import type { GitStatus } from './status';
import { type TemporaryIndex, UNSYNCED } from './temporary-index';

/** The tracked files on disk. */
export interface WorkTree {
  /** Hash of the tree object (`git write-tree`). */
  tree: string;
  patch?: Buffer;
  /** Why there is no patch, or why it is incomplete. */
  patchReason?: string;
}

/** A plumbing patch: no setting of the user changes its form. */
const PATCH = [
  'diff-index',
  '--cached',
  '--patch',
  '--binary',
  '--full-index',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '--ignore-submodules=dirty',
] as const;

/** Object names of the empty tree: git's own constants, by the length of the repository's hash. */
const EMPTY_TREES: { [hash: string]: string } = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** Tree of a repository in which nothing is tracked yet. */
export function emptyTree(hash: string): string {
  return EMPTY_TREES[hash] ?? EMPTY_TREES.sha1 ?? '';
}

/** What a work tree is compared with. */
interface Base {
  /** False before the first commit: the patch then starts from nothing. */
  hasCommit: boolean;
  hash: string;
  /** Paths of submodules, whose contents are not part of this tree. */
  submodules: readonly RawPath[];
}

/**
 * Hashes the tracked work tree. Keeps the patch to it if that is wanted and the patch is not too large.
 * @param git in the top folder of the work tree
 */
export async function readWorkTree(
  git: Git,
  index: TemporaryIndex,
  base: Base,
  status: GitStatus,
  patchLimit: number,
  masking: Masking,
): Promise<WorkTree> {
  // One temporary index for tree and patch: docs/design/environment.md#git.
  const changed = status.changed.filter(({ state }) => state[1] !== '.').map(({ path }) => path);
  if (changed.length > 0) await takeChanges(git, index, changed, base.submodules);
  const [tree, patch] = await Promise.all([
    git.read([...UNSYNCED, 'write-tree'], index.variables),
    readPatch(git, base, index, patchLimit, masking),
  ]);
  return { tree: tree.trim(), ...patch };
}

/**
 * The most paths that are passed to git. With more, git checks every file, because it compares each path with
 * each entry.
 */
const NAMED_PATHS = 200;

/**
 * Updates the index from the files on disk. At 100,000 files this takes 12 ms if the paths are known, else 160
 * ms.
 */
async function takeChanges(
  git: Git,
  index: TemporaryIndex,
  changed: readonly RawPath[],
  submodules: readonly RawPath[],
): Promise<void> {
  const named = changed.map((path) => `:(top,literal)${path}`);
  if (changed.length <= NAMED_PATHS) {
    try {
      await add(git, index, named);
      return;
    } catch (error) {
      // A folder is now a link. Git takes no path beneath it, but notices that the files are deleted.
      if (!(error instanceof Absent && error.reason === 'beyond_link')) throw error;
    }
  }
  // Checking every file would also look into each submodule, and fail if one is broken.
  await add(git, index, [':/', ...submodules.map((path) => `:(top,exclude,literal)${path}`)]);
  const moved = changed.filter((path) => submodules.includes(path)).map((path) => `:(top,literal)${path}`);
  if (moved.length > 0) await add(git, index, moved);
}

/** Verbose, since simple-git waits 50 ms for a command that prints nothing. Line endings do not matter here. */
const ADD = [...UNSYNCED, '-c', 'core.safecrlf=false', 'add', '--update', '--verbose'];

async function add(git: Git, index: TemporaryIndex, paths: readonly string[]): Promise<void> {
  const list = join(index.folder, 'paths');
  await writeFile(list, bytesOf(paths.map((path) => `${path}\0`).join('')));
  await git.readPaths([...ADD, `--pathspec-from-file=${list}`, '--pathspec-file-nul'], index.variables);
}

async function readPatch(
  git: Git,
  base: Base,
  index: TemporaryIndex,
  limit: number,
  masking: Masking,
): Promise<Pick<WorkTree, 'patch' | 'patchReason'>> {
  if (limit === 0) return { patchReason: 'disabled' };
  try {
    const from = base.hasCommit ? 'HEAD' : emptyTree(base.hash);
    return withoutSecrets(await git.readBytes([...PATCH, from], index.variables, limit), masking);
  } catch (error) {
    return { patchReason: error instanceof Absent ? error.reason : 'failed' };
  }
}

/** Leaves out files that hold secrets, by name or by content. The tree hash still shows that they differ. */
function withoutSecrets(patch: Buffer, masking: Masking): Pick<WorkTree, 'patch' | 'patchReason'> {
  const sections = patch.toString('latin1').split(/^(?=diff --git )/m);
  const kept = sections.filter((section) => !isSecretSection(section, masking));
  if (kept.length === sections.length) return patch.length > 0 ? { patch } : { patchReason: 'clean' };
  if (kept.length === 0) return { patchReason: 'withheld' };
  return { patch: Buffer.from(kept.join(''), 'latin1'), patchReason: 'withheld' };
}

function isSecretSection(section: string, masking: Masking): boolean {
  const path = /^diff --git .*?[ "]b\/(.*?)"?$/m.exec(section)?.[1] ?? '';
  return isSecretFile(path, 'tracked') || holdsSecret(Buffer.from(section, 'latin1'), masking);
}
