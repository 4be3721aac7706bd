/**
 * Submodules that differ from what the commit says: each is a repository of its own, so its commit, tree and patch are
 * recorded for itself (a parent's patch can't hold them). Clean ones are told by the parent's tree. Node.
 * @module
 */
import { join } from 'node:path';
import type { JsonObject } from '../../model/json';
import { Absent, type Findings, type ProbeContext } from '../findings';
import { readWorkTree } from './changes';
import { openGit } from './client';
import type { GitStatus, StatusEntry } from './status';

const SUBMODULES = 100;

/** Records `git.submodules`; one that can't be read says why in its own entry. */
export async function readSubmodules(
  context: ProbeContext,
  top: string,
  status: GitStatus,
  patchBytes: number,
  findings: Findings,
): Promise<void> {
  const changed = status.changed.filter((entry) => /^S.*[CM]/.test(entry.submodule ?? ''));
  const read = changed
    .slice(0, SUBMODULES)
    .map((entry) => readSubmodule(context, top, entry, patchBytes, findings));
  findings.found('git.submodules', await Promise.all(read));
  const untracked = status.changed.some((entry) => entry.submodule?.includes('U'));
  if (changed.length > SUBMODULES) findings.remark('git.submodules', 'truncated');
  else if (untracked) findings.remark('git.submodules', 'untracked_in_submodule');
}

async function readSubmodule(
  context: ProbeContext,
  top: string,
  entry: StatusEntry,
  patchBytes: number,
  findings: Findings,
): Promise<JsonObject> {
  const submodule: JsonObject = { path: entry.path };
  try {
    const git = await openGit(context, join(top, entry.path));
    const output = await git.read([
      'rev-parse',
      '--show-toplevel',
      '--git-path',
      'index',
      '--git-path',
      'objects',
      'HEAD',
    ]);
    const [folder = '', index = '', objects = '', commit = ''] = output.split('\n');
    submodule.commit = commit;
    if (!entry.submodule?.includes('M')) return submodule;
    const places = { top: folder, index: absolute(folder, index), objects: absolute(folder, objects) };
    const work = await readWorkTree(
      git,
      { ...places, hasCommit: true },
      undefined,
      patchBytes,
      findings.masking,
    );
    submodule.worktree_tree = work.tree;
    if (work.patch?.length) submodule.patch = findings.keep('text/x-diff', work.patch);
    else if (work.patchReason) submodule.patch_reason = work.patchReason;
  } catch (error) {
    submodule.reason = error instanceof Absent ? error.reason : 'failed';
  }
  return submodule;
}

function absolute(folder: string, path: string): string {
  return path.startsWith('/') || /^[a-z]:/i.test(path) ? path : join(folder, path);
}
