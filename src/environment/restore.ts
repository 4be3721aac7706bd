/**
 * Builds the code of an environment again: clone, commit, patch, untracked code, and then the proof that it is exactly
 * the tree that ran. Node.
 * @module
 */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { ProvenanceError } from '../errors';
import type { Environment } from '../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import { sha256 } from './canonical';

export interface RestoreOptions {
  environment: Environment;
  /** Folder to build in; must not exist, or be empty. */
  folder: string;
  /** Where to clone from. @defaultValue the recorded repository */
  from?: string;
  /** Content by digest, as the store keeps it. */
  readBlob(digest: string): Promise<Uint8Array | undefined>;
}

export interface RestoreReport {
  folder: string;
  /** True when the tracked tree and every untracked code file are those of the environment. */
  exact: boolean;
  /** Tree of the restored index, and the one that ran. */
  tree: string;
  expected: string | null;
  /** What could not be had. */
  missing: string[];
}

/**
 * Restores the code.
 * @throws ProvenanceError `NOT_FOUND` when neither commit nor patch is known, or there is nothing to clone from
 */
export async function restoreCode(options: RestoreOptions): Promise<RestoreReport> {
  const folder = resolve(options.folder);
  const git = objectAt(options.environment.identity, 'git');
  const detail = objectAt(options.environment.detail, 'git');
  const missing: string[] = [];
  const repository = await checkOut(folder, git, options.from ?? textOf(detail.repository));
  const patch = textOf(detail.patch);
  if (patch) await applyPatch(repository, patch, options, missing);
  else if (detail.dirty === true) missing.push('patch');
  for (const submodule of listOf(git.submodules))
    await restoreSubmodule(folder, submodule, options, missing).catch(() =>
      missing.push(`submodule ${submodule.path}`),
    );
  const tree = (await repository.raw(['write-tree'])).trim();
  for (const file of listOf(git.untracked_code)) await writeUntracked(folder, file, options, missing);
  const expected = textOf(git.worktree_tree) ?? null;
  return { folder, exact: tree === expected && missing.length === 0, tree, expected, missing };
}

/** Clone without a branch; before the first commit an empty repository is the right start. */
async function checkOut(folder: string, git: JsonObject, from: string | undefined): Promise<SimpleGit> {
  const commit = textOf(git.commit);
  await mkdir(folder, { recursive: true });
  const { simpleGit } = await import('simple-git');
  const repository = simpleGit(folder);
  if (!commit) {
    if (!textOf(git.worktree_tree))
      throw new ProvenanceError('NOT_FOUND', 'The environment names no commit and no work tree.');
    await repository.raw(['init']);
    return repository;
  }
  if (!from)
    throw new ProvenanceError('NOT_FOUND', 'The environment names no repository; say where to clone from.');
  await repository.raw(['clone', '--no-checkout', '--', from, '.']);
  await repository.raw(['checkout', '--detach', commit]);
  return repository;
}

async function applyPatch(
  repository: SimpleGit,
  digest: string,
  { readBlob }: RestoreOptions,
  missing: string[],
): Promise<void> {
  const patch = await readBlob(digest);
  if (!patch) {
    missing.push('patch');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'provenance-restore-'));
  try {
    await writeFile(join(folder, 'patch'), patch);
    await repository.raw(['apply', '--index', '--binary', '--whitespace=nowarn', join(folder, 'patch')]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function restoreSubmodule(
  folder: string,
  submodule: JsonObject,
  options: RestoreOptions,
  missing: string[],
): Promise<void> {
  const path = inside(folder, textOf(submodule.path) ?? '');
  const { simpleGit } = await import('simple-git');
  await simpleGit(folder).raw(['submodule', 'update', '--init', '--', textOf(submodule.path) ?? '']);
  const repository = simpleGit(path);
  await repository.raw(['checkout', '--detach', textOf(submodule.commit) ?? 'HEAD']);
  const patch = textOf(submodule.patch);
  if (patch) await applyPatch(repository, patch, options, missing);
  const tree = (await repository.raw(['write-tree'])).trim();
  if (submodule.worktree_tree && submodule.worktree_tree !== tree)
    missing.push(`changes in submodule ${submodule.path}`);
}

async function writeUntracked(
  folder: string,
  file: JsonObject,
  { readBlob }: RestoreOptions,
  missing: string[],
): Promise<void> {
  const path = textOf(file.path) ?? '';
  const digest = textOf(file.sha256);
  const content = digest ? await readBlob(digest) : undefined;
  if (!content || sha256(content) !== digest) {
    missing.push(`untracked ${path}`);
    return;
  }
  const full = inside(folder, path);
  await mkdir(dirname(full), { recursive: true });
  // A link among the restored files would lead the write elsewhere.
  if ((await realpath(dirname(full))) !== join(await realpath(folder), dirname(path))) {
    missing.push(`untracked ${path}`);
    return;
  }
  if (file.mode === '120000') await symlink(Buffer.from(content).toString(), full);
  else await writeFile(full, content, { mode: file.mode === '100755' ? 0o755 : 0o644, flag: 'wx' });
}

/** A recorded path, held inside the folder: a record may have been written by anybody. */
function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const git = path.split(/[\\/]/).some((part) => part.toLowerCase() === '.git');
  if (git || !full.startsWith(folder + sep))
    throw new ProvenanceError('NOT_FOUND', 'A recorded path leads out of the folder to restore in.');
  return full;
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
