/**
 * Reads the commit from git's files, for machines without the git binary (most images) and for repositories
 * that git refuses because another user owns them. Nothing is executed. Node.
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { addressOf } from './config';
import { parseConfigFile } from './config-file';

interface GitFiles {
  commit?: string;
  branch?: string;
  repository?: string;
  /** Why there is no address. */
  repositoryReason: string;
  /** Folder of the worker inside the repository; '' at its root. */
  subdir: string;
}

const HEADS = 'refs/heads/';

/** Facts of the repository around `folder`; undefined if there is none. An unknown format gives no commit. */
export async function readGitFiles(folder: string): Promise<GitFiles | undefined> {
  const found = await findGitFolder(resolve(folder));
  if (!found) return undefined;
  const common = resolve(found.git, (await read(join(found.git, 'commondir'))) ?? '.');
  const head = await read(join(found.git, 'HEAD'));
  const reference = head?.startsWith('ref: ') ? head.slice('ref: '.length) : undefined;
  const branch = reference?.startsWith(HEADS) ? reference.slice(HEADS.length) : undefined;
  const { address, reason } = await readAddress(common, branch);
  return {
    commit: reference ? await readReference(found.git, common, reference) : asCommit(head),
    branch,
    repository: address,
    repositoryReason: reason,
    subdir: relative(found.top, resolve(folder)),
  };
}

async function findGitFolder(from: string): Promise<{ top: string; git: string } | undefined> {
  for (let top = from; ; top = dirname(top)) {
    const dot = join(top, '.git');
    const kind = await stat(dot).catch(() => undefined);
    if (kind?.isDirectory()) return { top, git: dot };
    const pointer = kind?.isFile() ? /^gitdir: (.+)$/m.exec((await read(dot)) ?? '')?.[1] : undefined;
    if (pointer) return { top, git: resolve(top, pointer) };
    if (dirname(top) === top) return undefined;
  }
}

/** The commit of a reference: from its own file (of this work tree, then shared), else from the packed ones. */
export async function readReference(
  git: string,
  common: string,
  reference: string,
): Promise<string | undefined> {
  for (const folder of [git, common]) {
    const commit = asCommit(await read(join(folder, reference)));
    if (commit) return commit;
  }
  const packed = (await read(join(common, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((row) => row.endsWith(` ${reference}`));
  return asCommit(line?.split(' ')[0]);
}

function asCommit(value: string | undefined): string | undefined {
  return value && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}

/** Address of the repository, from its configuration file. */
async function readAddress(
  common: string,
  branch: string | undefined,
): Promise<{ address?: string; reason: string }> {
  const { config, includes } = parseConfigFile((await read(join(common, 'config'))) ?? '');
  const found = addressOf(config, branch);
  // Only git reads included files; a remote may be named there.
  return found.reason === 'no_remote' && includes ? { reason: 'git_config_includes' } : found;
}

async function read(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(() => undefined))?.trim();
}
