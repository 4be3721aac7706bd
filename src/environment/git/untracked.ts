/**
 * Code that git does not track yet. It is part of what runs, unlike the data that a pipeline leaves in the same
 * folders. The content of these files is kept, within bounds, except for files that hold secrets and installed
 * packages. Node.
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, statSync } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { JsonObject } from '../../model/json';
import { sha256 } from '../identity/canonical';
import { holdsSecret, isSecretFile, type Masking } from '../identity/withheld';
import type { Git, GitVariables } from './client';
import { onDisk, type RawPath, recordedPath, utf8Of } from './paths';
import type { StatusEntry } from './status';

/** Extensions that are code in any folder. Data formats (json, csv, yaml) are not included. */
const CODE =
  /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py|pyx|pyi|ipynb|r|jl|m|sh|bash|sql|c|cc|cpp|cxx|h|hpp|cu|f|f90|rs|go|java|kt|scala|cs|rb|pl|lua|swift|proto|wasm|graphql|vue|svelte)$/i;
/** Files that determine what code runs, known by name. */
const BY_NAME =
  /(^|\/)(package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|tsconfig[^/]*\.json|requirements[^/]*\.txt|pyproject\.toml|environment\.ya?ml|Dockerfile[^/]*|Makefile)$/i;
/**
 * Folders that package managers fill. Packages are recorded separately, even if no `.gitignore` names these
 * folders yet.
 */
const PACKAGE_FOLDERS = [
  'node_modules',
  'site-packages',
  'bower_components',
  'jspm_packages',
  '.pnpm-store',
  '.yarn',
];
const IN_PACKAGES = new RegExp(
  `(^|/)(${PACKAGE_FOLDERS.map((name) => name.replace('.', '\\.')).join('|')})/`,
);

/**
 * The most untracked code files that are recorded one by one. With more, the list has the remark `truncated`.
 */
export const UNTRACKED_FILES = 1000;
/** The most untracked files without an extension of code that are checked for links to folders. */
const LINK_CANDIDATES = 2000;
const DIGEST_BYTES = 16 * 1024 * 1024;

/** True for a path that is code. */
export function isCode(path: string): boolean {
  return CODE.test(path) || BY_NAME.test(path);
}

/** True for a path inside a folder of installed packages. */
export function isInstalled(path: string): boolean {
  return IN_PACKAGES.test(path);
}

/** What is kept, over all repositories of one capture. */
export interface Keeping {
  /** Bytes that may still be kept. */
  left: number;
  /** False if the lab wants no content kept. */
  enabled: boolean;
  masking: Masking;
  keep(content: Uint8Array): void;
}

/** The code that git does not track. */
export interface Untracked {
  /** Each code file: path, mode, sha256; or why its content was not kept or not compared. */
  entries: JsonObject[];
  /**
   * A remark about the list as a whole: `truncated`, `withheld`, `too_large`, `unreadable`, `behind_link`,
   * `disabled`.
   */
  remark?: string;
}

interface UntrackedPaths {
  code: RawPath[];
  /** Folders that are repositories of their own, without the last slash. */
  clones: RawPath[];
  remark?: string;
}

/** Sorts the untracked entries of a status into code, clones, and the rest, which is data. */
export async function listUntracked(
  git: Git,
  top: string,
  untracked: readonly RawPath[],
  changed: readonly StatusEntry[],
  variables?: GitVariables,
): Promise<UntrackedPaths> {
  const own = untracked.filter((path) => !isInstalled(path));
  const folders = own.filter((path) => path.endsWith('/'));
  folders.push(...foldersForFiles(top, changed).map((path) => `${path}/`));
  const listed = folders.length > 0 ? await listFolders(git, folders, variables) : [];
  const links = linksToFolders(
    top,
    own.filter((path) => !path.endsWith('/') && !isCode(path)),
  );
  const behind = links.some((link) => changed.some(({ path }) => path.startsWith(`${link}/`)));
  const files = [...own.filter((path) => !path.endsWith('/')), ...listed].filter(isCode);
  return {
    code: [...new Set([...files, ...links])].sort(),
    clones: [...new Set(listed.filter((path) => path.endsWith('/')))].map((path) => path.slice(0, -1)).sort(),
    remark: behind ? 'behind_link' : undefined,
  };
}

/** Folders that have replaced tracked files. A status shows only that the file is deleted. */
function foldersForFiles(top: string, changed: readonly StatusEntry[]): RawPath[] {
  const deleted = changed.filter(({ state }) => state[1] === 'D').slice(0, LINK_CANDIDATES);
  return deleted
    .filter(({ path }) => lstatSync(onDisk(top, path), { throwIfNoEntry: false })?.isDirectory())
    .map(({ path }) => path);
}

const LIST = ['ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--'];
/** If there are more folders than this, all entries are listed: the names would not fit a command line. */
const NAMED_FOLDERS = 100;

/** Files inside untracked folders. A repository among them is one entry, ending in `/`. */
async function listFolders(
  git: Git,
  folders: readonly RawPath[],
  variables?: GitVariables,
): Promise<RawPath[]> {
  const named = folders.map(utf8Of);
  const all = named.length > NAMED_FOLDERS || named.includes(undefined);
  const specs = all ? [':/'] : named.map((folder) => `:(top,literal)${folder}`);
  const packages = PACKAGE_FOLDERS.map((name) => `:(top,exclude,glob)**/${name}/**`);
  const output = await git.readPaths([...LIST, ...specs, ...packages], variables);
  return output.split('\0').filter((path) => path !== '' && !isInstalled(path));
}

/** Links to folders: they determine where code is found. */
function linksToFolders(top: string, candidates: readonly RawPath[]): RawPath[] {
  return candidates.slice(0, LINK_CANDIDATES).filter((path) => {
    const place = onDisk(top, path);
    try {
      return lstatSync(place).isSymbolicLink() && statSync(place).isDirectory();
    } catch {
      return false; // A broken link, or a circle.
    }
  });
}

/** Finds code in a folder that git cannot list, at any depth: a submodule without its repository. */
export async function walkCode(top: string, folder: RawPath): Promise<UntrackedPaths> {
  const code: RawPath[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && code.length <= UNTRACKED_FILES; at = folders.pop()) {
    const entries = await readdir(onDisk(top, at), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const path = `${at}/${entry.name.toString('latin1')}`;
      if (entry.isDirectory() && !isInstalled(`${path}/`) && !path.endsWith('/.git')) folders.push(path);
      else if (!entry.isDirectory() && isCode(path)) code.push(path);
    }
  }
  return { code: code.sort(), clones: [] };
}

/** Reads the code files that were listed. */
export async function readUntracked(
  top: string,
  paths: UntrackedPaths,
  keeping: Keeping,
): Promise<Untracked> {
  const entries: JsonObject[] = [];
  let remark = paths.code.length > UNTRACKED_FILES ? 'truncated' : paths.remark;
  for (const path of paths.code.slice(0, UNTRACKED_FILES)) {
    const read = await readEntry(top, path, keeping);
    if (!read) continue; // The file was deleted after the status was read.
    remark ??= read.remark;
    entries.push({ ...recordedPath(path), ...read.entry });
  }
  return { entries, remark };
}

/** `remark` gives the reason if the entry is incomplete. */
async function readEntry(
  top: string,
  path: RawPath,
  keeping: Keeping,
): Promise<{ entry: JsonObject; remark?: string } | undefined> {
  const full = onDisk(top, path);
  try {
    const stat = await lstat(full);
    if (isSecretFile(path, 'untracked')) return withheld(stat.size);
    if (stat.isSymbolicLink()) return kept('120000', await readlink(full, 'buffer'), keeping);
    if (!stat.isFile()) return undefined;
    const mode = stat.mode & 0o100 ? '100755' : '100644';
    if (stat.size <= keeping.left || stat.size === 0) {
      const content = await readFile(full);
      return holdsSecret(content, keeping.masking) ? withheld(stat.size) : kept(mode, content, keeping);
    }
    const remark = keeping.enabled ? 'too_large' : 'disabled';
    if (stat.size > DIGEST_BYTES)
      return { entry: { mode, bytes: stat.size, reason: 'not_compared' }, remark: 'not_compared' };
    return { entry: { mode, sha256: await digestFile(full) }, remark };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    return { entry: { reason: 'unreadable' }, remark: 'unreadable' };
  }
}

function withheld(bytes: number): { entry: JsonObject; remark: string } {
  return { entry: { bytes, withheld: true }, remark: 'withheld' };
}

function kept(mode: string, content: Uint8Array, keeping: Keeping): { entry: JsonObject; remark?: string } {
  const entry = { mode, sha256: sha256(content) };
  if (!keeping.enabled) return { entry, remark: 'disabled' };
  keeping.left -= content.length;
  keeping.keep(content);
  return { entry };
}

/** `sha256:<hex>` of a file, without reading it into memory as a whole. */
export async function digestFile(path: string | Buffer): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}
