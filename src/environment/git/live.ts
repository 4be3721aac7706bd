/**
 * Asks git itself: seven or eight calls, most of them at once. Node.
 * @module
 */
import type { Json } from '../../model/json';
import { Absent, type Findings, type ProbeContext } from '../findings';
import type { Field } from '../identity/fields';
import { InnerRepositories } from './inner';
import { conversionOf } from './line-endings';
import { rawOf, recordedPath } from './paths';
import {
  type Changes,
  isPushed,
  openRepository,
  type ReadOptions,
  type Repository,
  readChanges,
  readSparse,
} from './repository';
import type { StatusEntry } from './status';
import { isInstalled, UNTRACKED_FILES } from './untracked';

/** How much uncommitted code is kept. */
export interface GitOptions {
  /** Largest patch that is kept, in bytes. 0 keeps none. @defaultValue 1 MiB */
  patchBytes?: number;
  /** Limit in bytes for all kept content of untracked code. 0 keeps none. @defaultValue 1 MiB */
  untrackedBytes?: number;
}

const MIB = 1024 * 1024;

/** Records everything that git reports. @throws Absent if git does not even report the commit */
export async function readLive(
  context: ProbeContext,
  options: GitOptions,
  findings: Findings,
): Promise<void> {
  const repository = await openRepository(context, context.cwd);
  recordCommit(repository, findings);
  const read = readOptions(options, findings);
  await Promise.all([
    recordTag(repository, findings),
    recordPlace(repository, findings),
    readSparse(repository).then((sparse) => findings.take('git.sparse', sparse, 'complete')),
    recordContents(context, repository, read, findings),
  ]);
}

function readOptions(options: GitOptions, findings: Findings): ReadOptions {
  const keep_bytes = options.untrackedBytes ?? MIB;
  const keeping = {
    left: keep_bytes,
    enabled: keep_bytes > 0,
    masking: findings.masking,
    keep: (content: Uint8Array) => {
      findings.keep('application/octet-stream', content);
    },
  };
  return { patch_bytes: options.patchBytes ?? MIB, keeping };
}

function recordCommit(
  { status, where, config, failed, address, addressReason }: Repository,
  findings: Findings,
) {
  findings.found('git.source', 'live');
  findings.take('git.commit', status.commit, 'no_commits');
  findings.take('git.branch', status.branch, failed ?? 'detached');
  findings.take('git.upstream', status.upstream, failed ?? 'no_upstream');
  findings.take('git.ahead', status.ahead, failed ?? 'no_upstream');
  findings.take('git.subdir', where.prefix || undefined, 'root');
  findings.found('git.shallow', where.shallow);
  findings.found('git.conversion', conversionOf(config));
  findings.take('git.tree', where.tree, failed ?? 'no_commits');
  findings.take('git.repository', address, addressReason);
}

/** Runs `read`. An expected failure becomes the reason of `fields`. */
async function orAbsent(findings: Findings, fields: Field[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof Absent)) throw error;
    findings.absent(error.reason, ...fields);
  }
}

async function recordTag({ git, where }: Repository, findings: Findings): Promise<void> {
  await orAbsent(findings, ['git.tag'], async () => {
    const name = (await git.read(['describe', '--tags', '--always', '--long'])).trim();
    const none = where.shallow ? 'shallow' : 'no_tag';
    findings.take('git.tag', /-\d+-g[0-9a-f]+$/.test(name) ? name : undefined, none);
  });
}

/** Records the subtree, and whether a remote branch holds the commit. */
async function recordPlace(repository: Repository, findings: Findings): Promise<void> {
  if (!repository.status.commit) {
    findings.absent('no_commits', 'git.subtree', 'git.pushed');
    return;
  }
  await Promise.all([
    orAbsent(findings, ['git.subtree'], () => recordSubtree(repository, findings)),
    orAbsent(findings, ['git.pushed'], async () => findings.found('git.pushed', await isPushed(repository))),
  ]);
}

async function recordSubtree({ git, where, entries }: Repository, findings: Findings): Promise<void> {
  const prefix = rawOf(where.prefix);
  // In the commit this place is a submodule, which has no tree in this repository.
  if (entries.submodules.some((path) => prefix === path || prefix.startsWith(`${path}/`)))
    findings.absent('in_empty_submodule', 'git.subtree');
  else if (where.prefix) findings.found('git.subtree', (await git.read(['rev-parse', 'HEAD:./'])).trim());
  else findings.absent('root', 'git.subtree');
}

/** Records the content of the work tree: changes, untracked code, submodules, clones. */
async function recordContents(
  context: ProbeContext,
  repository: Repository,
  options: ReadOptions,
  findings: Findings,
): Promise<void> {
  const inner = new InnerRepositories(context, repository.where.top, options, findings);
  const { submodules } = repository.entries;
  if (repository.failed)
    findings.absent(repository.failed, 'git.submodules', 'git.clones', 'git.repositories');
  const [changes] = await Promise.all([
    readChanges(repository, options).then((read) => {
      recordChanges(repository, read, submodules.length > 0, findings);
      return read;
    }),
    repository.failed ? undefined : inner.read(submodules, []),
  ]);
  if (repository.failed) return;
  await inner.read([], changes.clones);
  if (changes.untrackedReason) findings.remark('git.clones', changes.untrackedReason);
  if (submodules.length > 0) recordDirt(changes, inner, findings);
}

function recordChanges(
  { failed }: Repository,
  changes: Changes,
  hasSubmodules: boolean,
  findings: Findings,
): void {
  const { workTree, workTreeReason = 'failed', untracked, untrackedReason = 'failed' } = changes;
  const known = changes.dirty === undefined ? workTreeReason : undefined;
  if (known) findings.absent(known, 'git.dirty', 'git.changed');
  else {
    // The state is unknown until each submodule was read.
    if (hasSubmodules && changes.dirty === false) findings.absent('submodules_not_read', 'git.dirty');
    else findings.found('git.dirty', changes.dirty === true);
    recordChanged(changes.status.changed, findings);
  }
  if (failed) findings.absent(failed, 'git.untracked_count');
  else
    findings.found(
      'git.untracked_count',
      changes.status.untracked.filter((path) => !isInstalled(path)).length,
    );
  findings.take('git.worktree_tree', workTree?.tree, workTreeReason);
  if (workTree?.patch) findings.found('git.patch', findings.keep('text/x-diff', workTree.patch));
  else findings.absent(workTree?.patchReason ?? workTreeReason, 'git.patch');
  if (workTree?.patch && workTree.patchReason) findings.remark('git.patch', workTree.patchReason);
  recordLineEndings(changes, workTreeReason, findings);
  findings.take('git.untracked_code', untracked?.entries, untrackedReason);
  if (untracked?.remark) findings.remark('git.untracked_code', untracked.remark);
}

function recordLineEndings({ lineEndings }: Changes, reason: string, findings: Findings): void {
  if (!lineEndings) findings.absent(reason, 'git.line_endings');
  else if (lineEndings.files.length > 0) findings.found('git.line_endings', lineEndings.files);
  else findings.absent(lineEndings.reason ?? 'as_checked_out', 'git.line_endings');
  if (lineEndings?.reason) findings.remark('git.line_endings', lineEndings.reason);
}

function recordChanged(changed: readonly StatusEntry[], findings: Findings): void {
  const entries: Json[] = changed
    .slice(0, UNTRACKED_FILES)
    .map(({ path, state }) => ({ ...recordedPath(path), state }));
  findings.found('git.changed', entries);
  if (changed.length > entries.length) findings.remark('git.changed', 'truncated');
}

/** The repository differs from its commit if one of its submodules does. */
function recordDirt(changes: Changes, inner: InnerRepositories, findings: Findings): void {
  if (changes.dirty === undefined) return;
  const dirty = changes.dirty || inner.dirty;
  if (dirty === undefined) {
    findings.absent('submodules_not_read', 'git.dirty');
    return;
  }
  findings.found('git.dirty', dirty);
  const named = new Set(changes.status.changed.map(({ path }) => path));
  const more = inner.dirtyPaths().filter((path) => !named.has(path));
  if (more.length > 0)
    recordChanged([...changes.status.changed, ...more.map((path) => ({ path, state: '.M' }))], findings);
  if (!changes.dirty && dirty) findings.absent('only_in_submodules', 'git.patch');
}
