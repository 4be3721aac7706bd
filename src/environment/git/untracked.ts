/**
 * Code that git doesn't track yet: part of what runs, unlike the data that a pipeline leaves in the same folders. Kept
 * by content, within bounds; never the files that hold secrets. Node.
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { JsonObject } from '../../model/json';
import { sha256 } from '../canonical';
import type { Findings } from '../findings';
import { holdsSecret, isSecretFile, type Masking } from '../withheld';
import type { Git } from './client';
import { parseStatus, STATUS } from './status';

/** Extensions that are code wherever they lie; data formats (json, csv, yaml) are not among them. */
const CODE =
  /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py|pyx|pyi|ipynb|r|jl|m|sh|bash|sql|c|cc|cpp|cxx|h|hpp|cu|f|f90|rs|go|java|kt|scala|cs|rb|pl|lua|swift|proto|wasm|graphql|vue|svelte)$/i;
/** Files that decide what code runs, known by name. */
const BY_NAME =
  /(^|\/)(package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|tsconfig[^/]*\.json|requirements[^/]*\.txt|pyproject\.toml|environment\.ya?ml|Dockerfile[^/]*|Makefile)$/i;

export const UNTRACKED_FILES = 1000;
const DIGEST_BYTES = 16 * 1024 * 1024;

export interface UntrackedOptions {
  /** Content kept of one capture, in bytes; 0 keeps none. */
  keepBytes: number;
}

/** True for a path that is code. */
export function isCode(path: string): boolean {
  return CODE.test(path) || BY_NAME.test(path);
}

/**
 * Records `git.untracked_code` from the untracked entries of a status.
 * @param top work tree that the paths are relative to
 */
export async function readUntracked(
  git: Git,
  top: string,
  untracked: readonly string[],
  options: UntrackedOptions,
  findings: Findings,
): Promise<void> {
  const folders = untracked.filter((path) => path.endsWith('/'));
  const files = untracked.filter((path) => isCode(path));
  if (folders.length > 0) files.push(...(await listFolders(git, folders)));
  const sorted = [...new Set(files)].sort();
  const entries: JsonObject[] = [];
  let left = options.keepBytes;
  let remark: string | undefined = sorted.length > UNTRACKED_FILES ? 'truncated' : undefined;
  for (const path of sorted.slice(0, UNTRACKED_FILES)) {
    const read = await readEntry(top, path, left, findings.masking);
    if (!read) continue; // gone since the status
    if (read.content) left -= read.content.length;
    else
      remark = read.entry.withheld === true ? 'withheld' : options.keepBytes === 0 ? 'disabled' : 'too_large';
    if (read.content) findings.keep('application/octet-stream', read.content);
    entries.push(read.entry);
  }
  findings.found('git.untracked_code', entries);
  if (remark) findings.remark('git.untracked_code', remark);
}

/** Files inside untracked folders. A pathspec keeps folders full of data from being printed. */
async function listFolders(git: Git, folders: readonly string[]): Promise<string[]> {
  const specs = folders.slice(0, UNTRACKED_FILES).map((folder) => `:(top,literal)${folder}`);
  const output = await git.read([
    ...STATUS,
    '--untracked-files=all',
    '--ignore-submodules=all',
    '--',
    ...specs,
  ]);
  return parseStatus(output).untracked.filter(isCode);
}

/** `content` is absent where only path, mode and digest are kept. */
async function readEntry(
  top: string,
  path: string,
  left: number,
  masking: Masking,
): Promise<{ entry: JsonObject; content?: Buffer } | undefined> {
  const full = join(top, path);
  try {
    const stat = await lstat(full);
    if (isSecretFile(path, 'untracked')) return { entry: { path, bytes: stat.size, withheld: true } };
    if (stat.isSymbolicLink()) {
      const content = Buffer.from(await readlink(full));
      return { entry: { path, mode: '120000', sha256: sha256(content) }, content };
    }
    if (!stat.isFile()) return undefined;
    const mode = stat.mode & 0o100 ? '100755' : '100644';
    if (stat.size > left) {
      const digest = stat.size > DIGEST_BYTES ? `size:${stat.size}` : await digestFile(full);
      return { entry: { path, mode, sha256: digest } };
    }
    const content = await readFile(full);
    if (holdsSecret(content, masking)) return { entry: { path, bytes: stat.size, withheld: true } };
    return { entry: { path, mode, sha256: sha256(content) }, content };
  } catch {
    return undefined;
  }
}

/** `sha256:<hex>` of a file, without holding it. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}
