/**
 * Reads the commit from git's files, for machines without the git binary (most images) and for repositories that git
 * refuses because another user owns them. Nothing is executed. Node.
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { cleanRemote } from '../withheld';

export interface GitFiles {
  commit?: string;
  branch?: string;
  repository?: string;
  /** Folder of the worker inside the repository; '' at its root. */
  subdir: string;
}

/** Facts of the repository around `folder`; undefined when there is none. Formats it doesn't know give no commit. */
export async function readGitFiles(folder: string): Promise<GitFiles | undefined> {
  const found = await findGitFolder(resolve(folder));
  if (!found) return undefined;
  const common = resolve(found.git, (await text(join(found.git, 'commondir'))) ?? '.');
  const files: GitFiles = { subdir: relative(found.top, resolve(folder)) };
  const head = await text(join(found.git, 'HEAD'));
  const reference = head?.startsWith('ref: ') ? head.slice(5) : undefined;
  if (reference?.startsWith('refs/heads/')) files.branch = reference.slice('refs/heads/'.length);
  files.commit = reference ? await readReference(found.git, common, reference) : asCommit(head);
  files.repository = (await readOrigin(common)).repository;
  return files;
}

async function findGitFolder(from: string): Promise<{ top: string; git: string } | undefined> {
  for (let top = from; ; top = dirname(top)) {
    const dot = join(top, '.git');
    const kind = await stat(dot).catch(() => undefined);
    if (kind?.isDirectory()) return { top, git: dot };
    const pointer = kind?.isFile() ? /^gitdir: (.+)$/m.exec((await text(dot)) ?? '')?.[1] : undefined;
    if (pointer) return { top, git: resolve(top, pointer) };
    if (dirname(top) === top) return undefined;
  }
}

/** A reference's commit: its own file (of this work tree, then shared), else the packed ones. */
export async function readReference(
  git: string,
  common: string,
  reference: string,
): Promise<string | undefined> {
  for (const folder of [git, common]) {
    const commit = asCommit(await text(join(folder, reference)));
    if (commit) return commit;
  }
  const packed = (await text(join(common, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((row) => row.endsWith(` ${reference}`));
  return asCommit(line?.split(' ')[0]);
}

function asCommit(value: string | undefined): string | undefined {
  return value && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}

/** URL of `origin` in `<common>/config`, cleaned; `reason` when there is none to keep. */
export async function readOrigin(common: string): Promise<{ repository?: string; reason: string }> {
  const config = (await text(join(common, 'config'))) ?? '';
  const section = /^\[remote "origin"\]\n((?:[ \t].*\n?)*)/m.exec(config)?.[1];
  const url = section && /^\s*url\s*=\s*(\S.*?)\s*$/m.exec(section)?.[1];
  return url ? { repository: cleanRemote(url), reason: 'local_remote' } : { reason: 'no_remote' };
}

async function text(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(() => undefined))?.trim();
}
