/**
 * The tracked work tree as it is on disk: its git tree hash, and the patch that leads there from the commit. Node.
 *
 * Both come from one temporary index (`update-index`, `write-tree`, `diff-index --cached`), so the patch gives exactly that
 * tree, partly staged and unmerged files included; two diffs one after the other don't apply. The repository's own
 * index and objects are not touched.
 * @module
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Absent } from '../findings';
import { holdsSecret, isSecretFile, type Masking } from '../withheld';
import type { Git, GitVariables } from './client';

export interface WorkTree {
  /** Hash of the tree object (`git write-tree`). */
  tree: string;
  patch?: Buffer;
  /** Why there is no patch, or why it is not whole. */
  patchReason?: string;
}

/** Where git keeps things; relative paths are resolved by the caller. */
export interface GitPlaces {
  top: string;
  index: string;
  objects: string;
  /** False before the first commit: the patch then starts from nothing. */
  hasCommit: boolean;
}

/** What is written here is thrown away: nothing to wait for the disk for. */
const UNSYNCED = ['-c', 'core.fsync=none'];

/** A patch of plumbing: no setting of the user changes its form. */
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

/** Object name of the empty tree: git's own constant, per hash function. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * Hashes the tracked work tree, and keeps the patch to it when it is asked for and not too large.
 * @param changed paths that differ on disk from the index; undefined: every file is looked at again
 */
export async function readWorkTree(
  git: Git,
  places: GitPlaces,
  changed: readonly string[] | undefined,
  patchLimit: number,
  masking: Masking,
): Promise<WorkTree> {
  const folder = await mkdtemp(join(tmpdir(), 'provenance-git-'));
  try {
    const variables: GitVariables = {
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: places.objects,
    };
    await mkdir(join(folder, 'objects')); // without it git says that this is no repository
    await copyFile(places.index, join(folder, 'index'));
    if (changed?.length !== 0) await git.read([...UNSYNCED, ...updateOf(changed)], variables);
    const [tree, patch] = await Promise.all([
      git.read([...UNSYNCED, 'write-tree'], variables),
      readPatch(git, places, variables, patchLimit, masking),
    ]);
    return { tree: tree.trim(), ...patch };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The command that takes files into the index as they are on disk. For known paths `update-index`, which doesn't look at
 * the others (12 ms against 160 of `add` at 100,000 files). Both are verbose, since simple-git waits 50 ms for a command
 * that prints nothing.
 */
function updateOf(changed: readonly string[] | undefined): string[] {
  if (!changed) return ['add', '--update', '--verbose', '--', '.'];
  return ['update-index', '--verbose', '--remove', '--', ...changed];
}

async function readPatch(
  git: Git,
  places: GitPlaces,
  variables: GitVariables,
  limit: number,
  masking: Masking,
): Promise<Pick<WorkTree, 'patch' | 'patchReason'>> {
  if (limit === 0) return { patchReason: 'disabled' };
  try {
    const base = places.hasCommit ? 'HEAD' : EMPTY_TREE;
    return withoutSecrets(await git.readBytes([...PATCH, base], variables, limit), masking);
  } catch (error) {
    return { patchReason: error instanceof Absent ? error.reason : 'failed' };
  }
}

/** Leaves out the files that hold secrets, by name or by content. The tree hash still tells that they differ. */
function withoutSecrets(patch: Buffer, masking: Masking): Pick<WorkTree, 'patch' | 'patchReason'> {
  const sections = patch.toString('latin1').split(/^(?=diff --git )/m);
  const kept = sections.filter((section) => !isSecretSection(section, masking));
  if (kept.length === sections.length) return { patch };
  if (kept.length === 0) return { patchReason: 'withheld' };
  return { patch: Buffer.from(kept.join(''), 'latin1'), patchReason: 'withheld' };
}

function isSecretSection(section: string, masking: Masking): boolean {
  const path = /^diff --git .*?[ "]b\/(.*?)"?$/m.exec(section)?.[1] ?? '';
  return isSecretFile(path, 'tracked') || holdsSecret(Buffer.from(section, 'latin1'), masking);
}
