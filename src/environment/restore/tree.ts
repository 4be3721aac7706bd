/**
 * Restores one repository: clone, commit, patch, and the files of the resulting tree. Node.
 *
 * Everything is put together in the index (`apply --cached`), and the folder is filled from the result. So a
 * folder, a link, a filter or a line ending on this machine cannot prevent a patch.
 * @module
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { ProvenanceError } from '../../errors';
import type { JsonObject } from '../../model/json';
import { listOf, objectAt, type Restoration, textOf } from './restoration';

/** A repository as it was recorded. */
interface RecordedRepository {
  /** Name for the list of what is missing: `submodule lib`; '' for the repository itself. */
  name: string;
  commit?: string;
  /** Tree of the tracked files; undefined if it is not known. */
  tree?: string;
  /** Digest of the patch from the commit to that tree. */
  patch?: string;
  /** Why there is no complete patch. */
  patchReason?: string;
  sparse: JsonObject;
  /** How a checkout wrote line endings; empty if it is not known. */
  conversion: JsonObject;
  /** Files whose line endings were not those of a checkout, and why the list is incomplete. */
  lineEndings: JsonObject[];
  lineEndingsReason?: string;
}

/** Tries to bring the commit into the folder; false if this source does not have it. */
export type Source = (folder: string) => Promise<boolean>;

/**
 * Fills the folder with the recorded tree.
 * @returns the resulting tree
 * @throws ProvenanceError `NOT_FOUND` if no source has the commit, or the folder is not empty
 */
export async function restoreTree(
  restoration: Restoration,
  folder: string,
  recorded: RecordedRepository,
  sources: readonly Source[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  // A failed attempt is deleted again, so the folder must contain nothing else.
  if ((await readdir(folder)).length > 0)
    throw new ProvenanceError(
      'NOT_FOUND',
      `The target folder is not empty: ${folder}. Choose an empty or a new one.`,
    );
  const git = await openRepository(folder);
  await bringCommit(git, folder, recorded, sources);
  await git.raw(['read-tree', ...(recorded.commit ? [recorded.commit] : ['--empty'])]);
  await applyPatch(git, recorded, restoration);
  const tree = (await git.raw(['write-tree'])).trim();
  await fillFolder(git, folder, tree, recorded, restoration);
  if (recorded.tree !== undefined && tree === recorded.tree) return tree;
  const what = recorded.tree === undefined ? 'state of the work tree' : 'changes of tracked files';
  restoration.lack(named(recorded, what, recorded.patchReason));
  return tree;
}

/** Opens git in a folder, with the settings of the user who restores. */
export async function openRepository(folder: string): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git');
  return simpleGit(folder);
}

/** Clones an address, or a folder on this machine. A commit on no branch is requested by name. */
export function cloneOf(address: string, commit: string): Source {
  return async (folder) => {
    const git = await openRepository(folder);
    await git.raw(['clone', '--no-checkout', '--', address, '.']);
    return hasCommit(git, commit);
  };
}

/** True if a repository has a commit. Requests the commit if it is missing. */
export async function hasCommit(git: SimpleGit, commit: string): Promise<boolean> {
  const look = () => git.raw(['cat-file', '-t', commit]).then((type) => type.trim() === 'commit');
  if (await look().catch(() => false)) return true;
  await git.raw(['fetch', '--quiet', 'origin', commit]).catch(() => undefined);
  return look().catch(() => false);
}

async function bringCommit(
  git: SimpleGit,
  folder: string,
  { commit, tree = '', name }: RecordedRepository,
  sources: readonly Source[],
): Promise<void> {
  if (!commit) {
    await git.raw(['init', ...(tree.length === SHA256_LENGTH ? ['--object-format=sha256'] : [])]);
    return;
  }
  let failure: unknown;
  for (const source of sources) {
    try {
      if (await source(folder)) {
        await emptyFolder(folder, ['.git']);
        await git.raw(['update-ref', '--no-deref', 'HEAD', commit]);
        return;
      }
    } catch (error) {
      failure = error;
    }
    await emptyFolder(folder, []);
  }
  const where = sources.length > 0 ? 'was not found in the sources' : 'has no source';
  throw new ProvenanceError('NOT_FOUND', `Commit ${commit}${name && ` of ${name}`} ${where}.`, {
    cause: failure,
  });
}

const SHA256_LENGTH = 64;

async function emptyFolder(folder: string, but: readonly string[]): Promise<void> {
  for (const name of await readdir(folder))
    if (!but.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
}

async function applyPatch(
  git: SimpleGit,
  recorded: RecordedRepository,
  restoration: Restoration,
): Promise<void> {
  if (!recorded.patch) return;
  const patch = await restoration.readBlob(recorded.patch);
  if (!patch) {
    restoration.lack(named(recorded, 'patch'));
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'provenance-restore-'));
  try {
    await writeFile(join(folder, 'patch'), patch);
    await git.raw(['apply', '--cached', '--binary', '--whitespace=nowarn', join(folder, 'patch')]);
  } catch {
    restoration.lack(named(recorded, 'patch', 'does not apply'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillFolder(
  git: SimpleGit,
  folder: string,
  tree: string,
  recorded: RecordedRepository,
  restoration: Restoration,
): Promise<void> {
  const patterns = textOf(recorded.sparse.patterns);
  if (patterns) {
    const info = (await git.raw(['rev-parse', '--git-path', 'info'])).trim();
    await mkdir(join(folder, info), { recursive: true });
    await writeFile(join(folder, info, 'sparse-checkout'), patterns);
    await git.raw(['config', 'core.sparseCheckout', 'true']);
    await git.raw(['config', 'core.sparseCheckoutCone', String(recorded.sparse.cone === true)]);
  }
  for (const name of ['autocrlf', 'eol']) {
    const value = textOf(recorded.conversion[name]);
    if (value) await git.raw(['config', `core.${name}`, value]);
  }
  await git.raw(['read-tree', '--empty']);
  try {
    await git.raw(['read-tree', '-m', '-u', tree]);
  } catch {
    restoration.lack(named(recorded, 'files that a filter of git could not write'));
  }
  await checkFiles(git, recorded, restoration);
}

/** Checks what a tree hash does not show: files left out, and files whose content on disk a filter creates. */
async function checkFiles(
  git: SimpleGit,
  recorded: RecordedRepository,
  restoration: Restoration,
): Promise<void> {
  const listed = (await git.raw(['ls-files', '-t', '-z'])).split('\0');
  const leftOut = listed.filter((entry) => entry.startsWith('S ')).length;
  if (leftOut !== Number(recorded.sparse.left_out ?? 0))
    restoration.lack(named(recorded, 'files that the sparse checkout left out'));
  for (const file of recorded.lineEndings) restoration.lack(named(recorded, `line endings of ${file.path}`));
  if (recorded.lineEndingsReason)
    restoration.lack(named(recorded, 'line endings of files', recorded.lineEndingsReason));
  const filtered = await git.raw(['ls-files', '-z', '--', ':/', ':(top,exclude,attr:!filter)']);
  for (const path of filtered.split('\0').filter(Boolean)) {
    const filter = /: filter: (.*)$/m.exec(await git.raw(['check-attr', 'filter', '--', path]))?.[1] ?? '';
    if (!(await hasFilter(git, filter)))
      restoration.lack(named(recorded, `content of ${path}`, `filter '${filter}' is missing here`));
  }
}

async function hasFilter(git: SimpleGit, filter: string): Promise<boolean> {
  if (filter === 'unset' || filter === 'set') return true; // Without a name there is no filter.
  for (const way of ['smudge', 'process'])
    if ((await git.raw(['config', '--get', `filter.${filter}.${way}`]).catch(() => '')).trim() !== '')
      return true;
  return false;
}

function named({ name }: RecordedRepository, what: string, reason?: string): string {
  return `${what}${name && ` in ${name}`}${reason && reason !== 'clean' ? ` (${reason})` : ''}`;
}

/** Builds a repository from its recorded contents and its recorded details. */
export function recordedRepository(
  name: string,
  identity: JsonObject,
  detail: JsonObject,
): RecordedRepository {
  return {
    name,
    commit: textOf(identity.commit),
    tree: textOf(identity.worktree_tree),
    patch: textOf(detail.patch),
    patchReason: textOf(detail.patch_reason),
    sparse: objectAt(detail, 'sparse'),
    conversion: objectAt(detail, 'conversion'),
    lineEndings: listOf(identity.line_endings),
    lineEndingsReason: textOf(detail.line_endings_reason),
  };
}
