/**
 * Asks git itself: six or seven calls, most of them at once. Node.
 * @module
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../../model/json';
import type { Field } from '../fields';
import { Absent, type Findings, type ProbeContext } from '../findings';
import { type GitPlaces, readWorkTree } from './changes';
import { type Git, openGit } from './client';
import { readOrigin, readReference } from './files';
import { type GitStatus, isDirty, parseStatus, STATUS } from './status';
import { readSubmodules } from './submodules';
import { readUntracked, UNTRACKED_FILES } from './untracked';

export interface GitOptions {
  /** Largest patch that is kept, in bytes. 0 keeps none. @defaultValue 1 MiB */
  patchBytes?: number;
  /** Content of untracked code that is kept, in bytes together. 0 keeps none. @defaultValue 1 MiB */
  untrackedBytes?: number;
}

const MIB = 1024 * 1024;

/** Of all arguments together; Windows allows 32,767 characters. */
const COMMAND_LENGTH = 20_000;

/** A status; `failed` says why it tells nothing but the commit. */
type Status = GitStatus & { failed?: string };

/** Records all that git tells. @throws Absent when it doesn't even tell the commit. */
export async function readLive(
  context: ProbeContext,
  options: GitOptions,
  findings: Findings,
): Promise<void> {
  const git = await openGit(context);
  const described = git.read(['describe', '--tags', '--always', '--long']);
  described.catch(() => undefined); // awaited later, if at all
  const [where, status] = await Promise.all([locate(git, context.cwd), readStatus(git)]);
  findings.found('git.source', 'live');
  findings.take('git.commit', status.commit, 'no_commits');
  recordBranch(status, findings);
  findings.take('git.subdir', where.prefix || undefined, 'root');
  findings.found('git.shallow', where.shallow);
  findings.take('git.tree', where.tree, 'no_commits');
  recordChanges(status, findings);
  const top = where.prefix ? await openGit(context, where.top) : git;
  await Promise.all([
    recordRemote(where, findings),
    recordTag(described, where, findings),
    recordPlace(git, status, where, findings),
    recordWorkTree(top, where, status, options, findings),
    recordUntracked(top, where, status, options, findings),
    readSubmodules(context, where.top, status, options.patchBytes ?? MIB, findings),
  ]);
}

/** Runs `read`; an expected failure becomes the reason of `fields`. */
async function orAbsent(findings: Findings, fields: Field[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof Absent)) throw error;
    findings.absent(error.reason, ...fields);
  }
}

interface Where extends GitPlaces {
  /** Folder of the worker inside the repository, without the last slash; '' at its root. */
  prefix: string;
  shallow: boolean;
  /** Git's folder that all linked work trees share. */
  common: string;
  /** Tree of the commit; undefined before the first one. */
  tree?: string;
}

async function locate(git: Git, cwd: string): Promise<Where> {
  const command = ['rev-parse', '--show-toplevel', '--show-prefix', '--is-shallow-repository'];
  const places = ['--git-common-dir', '--git-path', 'index', '--git-path', 'objects'];
  let output: string;
  try {
    output = await git.read([...command, ...places, 'HEAD^{tree}']);
  } catch (error) {
    if (!(error instanceof Absent && error.reason === 'no_commits')) throw error;
    output = await git.read([...command, ...places]);
  }
  const [top = '', prefix = '', shallow, common = '', index = '', objects = '', tree] = output.split('\n');
  const base = await realpath(cwd);
  return {
    top,
    prefix: prefix.replace(/\/$/, ''),
    shallow: shallow === 'true',
    common: resolve(base, common),
    index: resolve(base, index),
    objects: resolve(base, objects),
    hasCommit: Boolean(tree),
    tree: tree || undefined,
  };
}

/** A status that fails (a filter that is missing) costs what it would have told, and not the commit. */
async function readStatus(git: Git): Promise<Status> {
  try {
    return parseStatus(await git.read([...STATUS, '--untracked-files=normal', '--ignore-submodules=none']));
  } catch (error) {
    if (!(error instanceof Absent && error.reason === 'git_filter_failed')) throw error;
    const commit = (await git.read(['rev-parse', 'HEAD'])).trim();
    return { commit, changed: [], untracked: [], failed: error.reason };
  }
}

function recordBranch(status: Status, findings: Findings): void {
  findings.take('git.branch', status.branch, status.failed ?? 'detached');
  findings.take('git.upstream', status.upstream, status.failed ?? 'no_upstream');
  findings.take('git.ahead', status.ahead, status.failed ?? 'no_upstream');
}

function recordChanges(status: Status, findings: Findings): void {
  if (status.failed) {
    findings.absent(status.failed, 'git.dirty', 'git.changed', 'git.untracked_count');
    return;
  }
  const changed: Json[] = status.changed
    .slice(0, UNTRACKED_FILES)
    .map(({ path, state }) => ({ path, state }));
  findings.found('git.dirty', isDirty(status));
  findings.found('git.changed', changed);
  if (status.changed.length > changed.length) findings.remark('git.changed', 'truncated');
  findings.found('git.untracked_count', status.untracked.length);
}

/**
 * `origin` from the repository's own configuration file. Git's answer would cost a process, and `git remote -v` expands
 * `insteadOf`, with the tokens that people keep there.
 */
async function recordRemote(where: Where, findings: Findings): Promise<void> {
  const origin = await readOrigin(where.common);
  findings.take('git.repository', origin.repository, origin.reason);
}

/** `describe` walks the history for a tag, so it starts with the first calls. */
async function recordTag(described: Promise<string>, where: Where, findings: Findings): Promise<void> {
  await orAbsent(findings, ['git.tag'], async () => {
    const name = (await described).trim();
    const none = where.shallow ? 'shallow' : 'no_tag';
    findings.take('git.tag', /-\d+-g[0-9a-f]+$/.test(name) ? name : undefined, none);
  });
}

/** Subtree, and whether a remote branch holds the commit: asked only where the status doesn't tell. */
async function recordPlace(git: Git, status: GitStatus, where: Where, findings: Findings): Promise<void> {
  if (!status.commit) {
    findings.absent('no_commits', 'git.subtree', 'git.pushed');
    return;
  }
  const subtree = async () => {
    if (where.prefix) findings.found('git.subtree', (await git.read(['rev-parse', 'HEAD:./'])).trim());
    else findings.absent('root', 'git.subtree');
  };
  const pushed = async () => {
    const upstream = status.ahead === 0 ? status.upstream : undefined;
    if (upstream && (await readReference(where.common, where.common, `refs/remotes/${upstream}`)))
      findings.found('git.pushed', true);
    else findings.found('git.pushed', (await git.read(UNPUSHED)).trim() === '0');
  };
  await Promise.all([
    orAbsent(findings, ['git.subtree'], subtree),
    orAbsent(findings, ['git.pushed'], pushed),
  ]);
}

/** Prints 1 when the commit is on no remote branch, else 0. */
const UNPUSHED = ['rev-list', '--count', '--max-count=1', 'HEAD', '--not', '--remotes'];

/** Paths that differ on disk from the index; undefined where they would not fit a command line. */
function changedPaths(status: GitStatus): string[] | undefined {
  const paths = status.changed.filter(({ state }) => state[1] !== '.').map(({ path }) => path);
  return paths.reduce((sum, path) => sum + path.length, 0) < COMMAND_LENGTH ? paths : undefined;
}

async function recordWorkTree(
  git: Git,
  where: Where,
  status: Status,
  options: GitOptions,
  findings: Findings,
): Promise<void> {
  await orAbsent(findings, ['git.worktree_tree', 'git.patch'], async () => {
    if (status.failed) throw new Absent(status.failed);
    if (!isDirty(status)) {
      findings.take('git.worktree_tree', where.tree, 'no_commits');
      findings.absent('clean', 'git.patch');
      return;
    }
    const work = await readWorkTree(
      git,
      where,
      changedPaths(status),
      options.patchBytes ?? MIB,
      findings.masking,
    );
    findings.found('git.worktree_tree', work.tree);
    if (work.patch?.length) findings.found('git.patch', findings.keep('text/x-diff', work.patch));
    else findings.absent(work.patchReason ?? 'clean', 'git.patch');
    if (work.patch?.length && work.patchReason) findings.remark('git.patch', work.patchReason);
  });
}

async function recordUntracked(
  git: Git,
  where: Where,
  status: Status,
  options: GitOptions,
  findings: Findings,
): Promise<void> {
  await orAbsent(findings, ['git.untracked_code'], async () => {
    if (status.failed) throw new Absent(status.failed);
    const limits = { keepBytes: options.untrackedBytes ?? MIB };
    await readUntracked(git, where.top, status.untracked, limits, findings);
  });
}
