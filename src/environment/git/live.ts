/**
 * Asks git itself: six or seven calls, most of them at once. Node.
 * @module
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../../model/json';
import type { Field } from '../fields';
import { Absent, type Findings, type ProbeContext } from '../findings';
import { cleanRemote } from '../withheld';
import { type GitPlaces, readWorkTree } from './changes';
import { type Git, openGit } from './client';
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

/** A status; `failed` says why it tells nothing but the commit. */
type Status = GitStatus & { failed?: string };

/** Records all that git tells. @throws Absent when it doesn't even tell the commit. */
export async function readLive(
  context: ProbeContext,
  options: GitOptions,
  findings: Findings,
): Promise<void> {
  const git = await openGit(context);
  const [where, status] = await Promise.all([locate(git, context.cwd), readStatus(git)]);
  findings.found('git.source', 'live');
  findings.take('git.commit', status.commit, 'no_commits');
  recordBranch(status, findings);
  findings.take('git.subdir', where.prefix || undefined, 'root');
  findings.found('git.shallow', where.shallow);
  findings.take('git.tree', where.tree, 'no_commits');
  recordChanges(status, findings);
  const top = await openGit(context, where.top);
  await Promise.all([
    recordRemote(git, findings),
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
  /** Tree of the commit; undefined before the first one. */
  tree?: string;
}

async function locate(git: Git, cwd: string): Promise<Where> {
  const command = ['rev-parse', '--show-toplevel', '--show-prefix', '--is-shallow-repository'];
  const places = ['--git-path', 'index', '--git-path', 'objects'];
  let output: string;
  try {
    output = await git.read([...command, ...places, 'HEAD^{tree}']);
  } catch (error) {
    if (!(error instanceof Absent && error.reason === 'no_commits')) throw error;
    output = await git.read([...command, ...places]);
  }
  const [top = '', prefix = '', shallow, index = '', objects = '', tree] = output.split('\n');
  const base = await realpath(cwd);
  return {
    top,
    prefix: prefix.replace(/\/$/, ''),
    shallow: shallow === 'true',
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

/** The raw `origin` (not `remote -v`, which expands `insteadOf` with tokens in it). The first key is always there. */
async function recordRemote(git: Git, findings: Findings): Promise<void> {
  await orAbsent(findings, ['git.repository'], async () => {
    const output = await git.read([
      'config',
      '-z',
      '--get-regexp',
      '^(core\\.repositoryformatversion|remote\\.origin\\.url)$',
    ]);
    const entry = output.split('\0').find((record) => record.startsWith('remote.origin.url\n'));
    if (!entry) findings.absent('no_remote', 'git.repository');
    else findings.take('git.repository', cleanRemote(entry.slice(entry.indexOf('\n') + 1)), 'local_remote');
  });
}

/** Tag, subtree, and whether a remote branch holds the commit. */
async function recordPlace(git: Git, status: GitStatus, where: Where, findings: Findings): Promise<void> {
  if (!status.commit) {
    findings.absent('no_commits', 'git.tag', 'git.subtree', 'git.pushed');
    return;
  }
  const subtree = async () => {
    if (where.prefix) findings.found('git.subtree', (await git.read(['rev-parse', 'HEAD:./'])).trim());
    else findings.absent('root', 'git.subtree');
  };
  const tag = async () => {
    const name = (await git.read(['describe', '--tags', '--always', '--long'])).trim();
    const none = where.shallow ? 'shallow' : 'no_tag';
    findings.take('git.tag', /-\d+-g[0-9a-f]+$/.test(name) ? name : undefined, none);
  };
  const pushed = async () => {
    const range = ['HEAD', '--not', '--remotes'];
    const unknown = await git.read(['rev-list', '--count', '--max-count=1', ...range]);
    findings.found('git.pushed', unknown.trim() === '0');
  };
  await Promise.all([
    orAbsent(findings, ['git.subtree'], subtree),
    orAbsent(findings, ['git.tag'], tag),
    orAbsent(findings, ['git.pushed'], pushed),
  ]);
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
    const work = await readWorkTree(git, where, options.patchBytes ?? MIB);
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
