/**
 * The git probe: which commit runs, what differs from it, and where the commit can be fetched. Falls back to
 * git's files, then to what the build recorded (`declared.ts`). Node.
 * @module
 */

import { Absent, type Findings, type Probe, type ProbeContext } from './findings';
import { readGitFiles } from './git/files';
import { type GitOptions, readLive } from './git/live';
import type { Field } from './identity/fields';
import { type Declared, takeDeclared } from './program/declared';

const FIELDS: readonly Field[] = [
  'git.repository',
  'git.commit',
  'git.tree',
  'git.worktree_tree',
  'git.dirty',
  'git.changed',
  'git.patch',
  'git.untracked_code',
  'git.untracked_count',
  'git.subdir',
  'git.subtree',
  'git.branch',
  'git.tag',
  'git.upstream',
  'git.ahead',
  'git.pushed',
  'git.shallow',
  'git.sparse',
  'git.conversion',
  'git.line_endings',
  'git.submodules',
  'git.clones',
  'git.repositories',
  'git.source',
];

/** The probe. `declared` is what the build recorded, read once for all probes. */
export function gitProbe(options: GitOptions, declared: Promise<Declared>): Probe {
  return {
    fields: FIELDS,
    async run(context, findings) {
      try {
        await readLive(context, options, findings);
      } catch (error) {
        if (!(error instanceof Absent)) throw error;
        if (!(await readWithoutGit(context, await declared, error.reason, findings))) throw error;
      }
    },
  };
}

/** True if the commit was found without git. */
async function readWithoutGit(
  context: ProbeContext,
  declared: Declared,
  reason: string,
  findings: Findings,
): Promise<boolean> {
  const files = await readGitFiles(context.cwd);
  if (files?.commit) {
    findings.found('git.source', 'files');
    findings.found('git.commit', files.commit);
    findings.take('git.branch', files.branch, 'detached');
    findings.take('git.repository', files.repository, files.repositoryReason);
    findings.take('git.subdir', files.subdir || undefined, 'root');
    findings.seal(FIELDS, reason === 'not_a_repo' ? 'git_corrupt' : reason);
    return true;
  }
  const none = !files && ['git_missing', 'git_timeout'].includes(reason) ? 'not_a_repo' : reason;
  if (!takeDeclared(declared, findings, FIELDS, none)) return false;
  findings.found('git.source', declared.source);
  return true;
}
