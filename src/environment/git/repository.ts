/**
 * Reads one repository: the top one, a submodule, or a clone inside. Each part is present or has a reason.
 * Node.
 * @module
 */
import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../model/json';
import { Absent, type ProbeContext } from '../findings';
import { type Git, openGit } from './client';
import { addressOf, type GitConfig, isOn, parseConfig, READ_CONFIG } from './config';
import { readReference } from './files';
import { type IndexEntries, LIST_ENTRIES, parseEntries } from './index-entries';
import { type LineEndings, readLineEndings } from './line-endings';
import type { RawPath } from './paths';
import { type GitStatus, parseStatus, STATUS } from './status';
import { clearFlags, copyIndex, hiddenEntries, type TemporaryIndex } from './temporary-index';
import { type Keeping, listUntracked, readUntracked, type Untracked } from './untracked';
import { emptyTree, readWorkTree, type WorkTree } from './work-tree';

/** The places of a repository. */
export interface Where {
  /** Top folder of the work tree. */
  top: string;
  /** The requested folder inside the repository, without the last slash; '' at its root. */
  prefix: string;
  shallow: boolean;
  /** Git's folder that all linked work trees share. */
  common: string;
  index: string;
  objects: string;
  /** Path of the file with the patterns of a sparse checkout. Other checkouts do not have the file. */
  sparse: string;
  /** Hash function: `sha1`, `sha256`. */
  hash: string;
  /** Tree of the commit; undefined before the first one. */
  tree?: string;
}

/** A repository that git can read, with the facts that it reports at once. */
export interface Repository {
  /** In the requested folder. */
  git: Git;
  /** In the top folder. */
  topGit: Git;
  where: Where;
  status: GitStatus;
  /** Why the status shows only the commit. */
  failed?: string;
  config: GitConfig;
  entries: IndexEntries;
  address?: string;
  /** Why there is no address. */
  addressReason: string;
}

const SPARSE = 'core.sparsecheckout';

/** What differs from the commit. */
export interface Changes {
  workTree?: Partial<WorkTree>;
  /** Why there is no work tree. */
  workTreeReason?: string;
  /** True if a tracked file on disk differs from the commit; undefined if this is unknown. */
  dirty?: boolean;
  untracked?: Untracked;
  untrackedReason?: string;
  /** Line endings that a checkout would not produce; absent if they were not read. */
  lineEndings?: LineEndings;
  /** Repositories among the untracked folders. */
  clones: RawPath[];
  /** The status, including files whose changes git ignores by order of the user. */
  status: GitStatus;
}

/** How much of a repository is kept. */
export interface ReadOptions {
  /** Largest patch that is kept, in bytes. */
  patch_bytes: number;
  keeping: Keeping;
}

/**
 * Opens a repository: asks git for all that depends on no other answer. @throws Absent if git does not even
 * report the commit
 */
export async function openRepository(context: ProbeContext, folder: string): Promise<Repository> {
  const git = await openGit(context, folder);
  const [where, read, config, entries] = await Promise.all([
    locate(git, folder),
    readStatus(git),
    git.readPaths(READ_CONFIG).then(parseConfig, () => new Map()),
    git.readBytes(LIST_ENTRIES).then(parseEntries, () => undefined),
  ]);
  const { status } = read;
  const failed = read.failed ?? (entries ? undefined : 'git_failed');
  if (status.commit && !where.tree && !failed) throw new Absent('git_corrupt');
  const { address, reason } = addressOf(config, status.branch);
  return {
    git,
    topGit: where.prefix ? await openGit(context, where.top) : git,
    where,
    status,
    failed,
    config,
    entries: entries ?? { flagged: [], submodules: [], count: 0, attributes: false },
    address,
    addressReason: reason,
  };
}

async function locate(git: Git, folder: string): Promise<Where> {
  const options = ['--show-toplevel', '--show-prefix', '--is-shallow-repository', '--show-object-format'];
  const paths = ['index', 'objects', 'info/sparse-checkout'].flatMap((path) => ['--git-path', path]);
  const command = ['rev-parse', ...options, '--git-common-dir', ...paths];
  let output: string;
  try {
    output = await git.read([...command, 'HEAD^{tree}']);
  } catch (error) {
    if (!(error instanceof Absent && error.reason === 'no_commits')) throw error;
    output = await git.read(command);
  }
  const [top = '', prefix = '', shallow, hash = '', ...rest] = output.split('\n');
  const [common = '', index = '', objects = '', sparse = '', tree] = rest;
  const base = await realpath(folder);
  return {
    top,
    prefix: prefix.replace(/\/$/, ''),
    shallow: shallow === 'true',
    common: resolve(base, common),
    index: resolve(base, index),
    objects: resolve(base, objects),
    sparse: resolve(base, sparse),
    hash,
    tree: tree || undefined,
  };
}

/** If git fails for one of these reasons, it reports no facts, or no further ones. */
const NOTHING_TOLD = ['not_a_repo', 'git_missing', 'dubious_ownership', 'path_missing', 'git_timeout'];

/**
 * If the status fails (because of a filter, or a missing object), only its own facts are missing, not the
 * commit.
 */
async function readStatus(git: Git): Promise<{ status: GitStatus; failed?: string }> {
  try {
    return { status: parseStatus(await git.readPaths(STATUS)) };
  } catch (error) {
    if (!(error instanceof Absent) || NOTHING_TOLD.includes(error.reason)) throw error;
    const commit = (await git.read(['rev-parse', '--verify', 'HEAD'])).trim();
    return { status: { commit, changed: [], untracked: [] }, failed: error.reason };
  }
}

/**
 * Reads what differs from the commit: tracked files and untracked code. Submodules and clones are only named.
 */
export async function readChanges(repository: Repository, options: ReadOptions): Promise<Changes> {
  const { failed, status, where, entries, config } = repository;
  const changes: Changes = { clones: [], status };
  if (failed) return { ...changes, workTreeReason: failed, untrackedReason: failed };
  const hidden = hiddenEntries(where.top, entries.flagged, isOn(config, SPARSE));
  if (hidden.length === 0 && status.changed.length === 0) {
    changes.workTree = { tree: where.tree ?? emptyTree(where.hash), patchReason: 'clean' };
    changes.dirty = false;
    await Promise.all([takeUntracked(repository, changes, options), takeLineEndings(repository, changes)]);
    return changes;
  }
  let index: TemporaryIndex | undefined;
  try {
    index = await copyIndex(where.index, where.objects);
    if (hidden.length > 0) changes.status = await lookAgain(repository.topGit, index, hidden);
    await Promise.all([
      takeWorkTree(repository, changes, index, options),
      takeUntracked(repository, changes, options),
    ]);
  } catch (error) {
    changes.workTreeReason = reasonOf(error);
    await takeUntracked(repository, changes, options);
  } finally {
    await index?.close();
  }
  return changes;
}

/**
 * Adds to the status the files whose changes git ignores by order of the user (`update-index
 * --assume-unchanged`).
 */
async function lookAgain(
  git: Git,
  index: TemporaryIndex,
  hidden: Parameters<typeof clearFlags>[2],
): Promise<GitStatus> {
  await clearFlags(git, index, hidden);
  return parseStatus(await git.readPaths(STATUS, index.variables));
}

async function takeWorkTree(
  repository: Repository,
  changes: Changes,
  index: TemporaryIndex,
  { patch_bytes, keeping }: ReadOptions,
): Promise<void> {
  const { topGit, where, entries } = repository;
  const { status } = changes;
  if (status.changed.length === 0) {
    changes.workTree = { tree: where.tree ?? emptyTree(where.hash), patchReason: 'clean' };
    changes.dirty = false;
    await takeLineEndings(repository, changes, index);
    return;
  }
  const base = { hasCommit: Boolean(where.tree), hash: where.hash, submodules: entries.submodules };
  try {
    changes.workTree = await readWorkTree(topGit, index, base, status, patch_bytes, keeping.masking);
    await takeLineEndings(repository, changes, index);
    changes.dirty = changes.workTree.tree !== where.tree;
  } catch (error) {
    changes.workTreeReason = reasonOf(error);
    changes.dirty = true;
  }
}

async function takeLineEndings(
  { topGit, config, entries }: Repository,
  changes: Changes,
  index?: TemporaryIndex,
): Promise<void> {
  const read = readLineEndings(topGit, config, entries, index?.variables);
  changes.lineEndings = await read.catch((error) => ({ files: [], reason: reasonOf(error) }));
}

async function takeUntracked(
  { topGit, where }: Repository,
  changes: Changes,
  { keeping }: ReadOptions,
): Promise<void> {
  try {
    const { untracked, changed } = changes.status;
    const paths = await listUntracked(topGit, where.top, untracked, changed);
    changes.clones = paths.clones;
    changes.untracked = await readUntracked(where.top, paths, keeping);
  } catch (error) {
    changes.untrackedReason = reasonOf(error);
  }
}

/** How a sparse checkout was requested, and how many files it leaves out; undefined for a complete one. */
export async function readSparse({ where, config, entries }: Repository): Promise<JsonObject | undefined> {
  if (!isOn(config, SPARSE)) return undefined;
  const patterns = await readFile(where.sparse, 'utf8').catch(() => '');
  const hidden = hiddenEntries(where.top, entries.flagged, true).length;
  const files = entries.flagged.length - hidden;
  return { cone: isOn(config, 'core.sparsecheckoutcone'), patterns, left_out: files };
}

/** Prints 1 if the commit is on no remote branch, else 0. */
const UNPUSHED = ['rev-list', '--count', '--max-count=1', 'HEAD', '--not', '--remotes'];

/**
 * True if a remote branch that this clone knows contains the commit. Git is run only if the status does not
 * show it.
 */
export async function isPushed({ git, status, where }: Repository): Promise<boolean> {
  const upstream = status.ahead === 0 ? status.upstream : undefined;
  if (upstream && (await readReference(where.common, where.common, `refs/remotes/${upstream}`))) return true;
  return (await git.read(UNPUSHED)).trim() === '0';
}

/** The reason of an expected failure. @throws an unexpected error, unchanged */
export function reasonOf(error: unknown): string {
  if (error instanceof Absent) return error.reason;
  return 'failed';
}
