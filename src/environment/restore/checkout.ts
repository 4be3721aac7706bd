/**
 * The tracked code: clone, commit, patch, submodules. Node.
 * @module
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { ProvenanceError } from '../../errors';
import type { JsonObject } from '../../model/json';
import { inside } from './files';
import { listOf, objectAt, type Restoration, textOf } from './restoration';

export async function restoreCheckout(restoration: Restoration): Promise<void> {
  const git = objectAt(restoration.environment.identity, 'git');
  const detail = objectAt(restoration.environment.detail, 'git');
  const from = restoration.from ?? textOf(detail.repository);
  const repository = await checkOut(restoration.folder, git, from);
  const patch = textOf(detail.patch);
  if (patch) await applyPatch(repository, patch, restoration);
  else if (detail.dirty === true) restoration.lack('patch');
  for (const submodule of listOf(git.submodules))
    await restoreSubmodule(restoration, submodule).catch(() =>
      restoration.lack(`submodule ${submodule.path}`),
    );
  restoration.tree = (await repository.raw(['write-tree'])).trim();
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

async function applyPatch(repository: SimpleGit, digest: string, restoration: Restoration): Promise<void> {
  const patch = await restoration.readBlob(digest);
  if (!patch) {
    restoration.lack('patch');
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

async function restoreSubmodule(restoration: Restoration, submodule: JsonObject): Promise<void> {
  const { folder } = restoration;
  const path = inside(folder, textOf(submodule.path) ?? '');
  const { simpleGit } = await import('simple-git');
  await simpleGit(folder).raw(['submodule', 'update', '--init', '--', textOf(submodule.path) ?? '']);
  const repository = simpleGit(path);
  await repository.raw(['checkout', '--detach', textOf(submodule.commit) ?? 'HEAD']);
  const patch = textOf(submodule.patch);
  if (patch) await applyPatch(repository, patch, restoration);
  const tree = (await repository.raw(['write-tree'])).trim();
  if (submodule.worktree_tree && submodule.worktree_tree !== tree)
    restoration.lack(`changes in submodule ${submodule.path}`);
}
