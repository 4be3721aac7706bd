/**
 * What the build or the deployment declares about the code, for images without `.git` and for bundles. The
 * source is a build file (`writeBuildFile`), written in a place with git and the packages, else variables of
 * common builders. Node.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Blob } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { readCodeFile } from '../code/files';
import type { Findings } from '../findings';
import { digestFile } from '../git/untracked';
import { sha256 } from '../identity/canonical';
import { FIELDS, type Field } from '../identity/fields';
import { cleanRemote } from '../identity/withheld';

/** Name of the file that a build leaves next to the code. */
export const BUILD_FILE = 'temporal-provenance.build.json';
/** Variable that names the build file if it is not in the worker's folder or above. */
const BUILD_FILE_VARIABLE = 'PROVENANCE_BUILD_FILE';
const BUILD_FILE_BYTES = 16 * 1024 * 1024;

/** A file of the build, with its digest, and whether the recorded commit holds it. */
export interface BuiltFile {
  path: string;
  /** `sha256:<hex>` */
  sha256: string;
  held: boolean;
}

/** The declared facts; empty if nothing is declared. */
export interface Declared {
  source: 'build_file' | 'variables' | 'none';
  facts: { readonly [field in Field]?: Json };
  reasons: { readonly [field in Field]?: string };
  blobs: Blob[];
  /** Code files that the build reached from its entry files: by name, and whether git held them. */
  files?: readonly BuiltFile[];
  /** Why an existing build file was ignored: `build_file_stale`, `build_file_invalid`. */
  refused?: string;
}

/**
 * Variables that hold the commit; the first one that is set is used: ours, Datadog's, builders', CI systems'.
 */
const COMMIT = [
  'PROVENANCE_GIT_COMMIT',
  'DD_GIT_COMMIT_SHA',
  'SOURCE_COMMIT',
  'GIT_COMMIT',
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
];
const REPOSITORY = [
  'PROVENANCE_GIT_REPOSITORY',
  'DD_GIT_REPOSITORY_URL',
  'GIT_URL',
  'CI_PROJECT_URL',
] as const;
const BRANCH = ['PROVENANCE_GIT_BRANCH', 'DD_GIT_BRANCH', 'GIT_BRANCH', 'CI_COMMIT_BRANCH'] as const;

/** Reads what is declared; never rejects. */
export async function readDeclared(cwd: string, env: NodeJS.ProcessEnv): Promise<Declared> {
  const found = await findBuildFile(cwd, env);
  if (!found) return readVariables(env);
  try {
    const declared = parseBuildFile(found.text);
    if (!(await isStale(dirname(found.path), declared))) return declared;
    return { ...readVariables(env), refused: 'build_file_stale' };
  } catch {
    return { ...readVariables(env), refused: 'build_file_invalid' };
  }
}

async function findBuildFile(
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; text: string } | undefined> {
  const named = env[BUILD_FILE_VARIABLE];
  if (named) return readText(resolve(cwd, named));
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = await readText(join(folder, BUILD_FILE));
    if (found || dirname(folder) === folder) return found;
  }
}

async function readText(path: string): Promise<{ path: string; text: string } | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { path, text };
}

/** @throws Error for a file that is not a build file */
function parseBuildFile(text: string): Declared {
  const file: unknown = text.length > BUILD_FILE_BYTES ? undefined : JSON.parse(text);
  if (!isJsonObject(file) || file.schema !== 1 || !isJsonObject(file.facts)) throw new Error('No build file');
  const facts: Declared['facts'] = pickFields(file.facts);
  const reasons = pickFields(isJsonObject(file.reasons) ? file.reasons : {}) as Declared['reasons'];
  const blobs = Array.isArray(file.blobs) ? file.blobs.filter(isJsonObject).map(parseBlob) : [];
  const files = Array.isArray(file.files) ? file.files.filter(isJsonObject).map(parseFile) : [];
  return { source: 'build_file', facts, reasons, blobs, files };
}

function parseFile({ path, sha256: digest, held }: JsonObject): BuiltFile {
  return { path: String(path), sha256: String(digest), held: held === true };
}

function pickFields(object: JsonObject): { [field in Field]?: Json } {
  return Object.fromEntries(Object.entries(object).filter(([field]) => Object.hasOwn(FIELDS, field)));
}

function parseBlob(blob: JsonObject): Blob {
  const bytes = Buffer.from(String(blob.base64), 'base64');
  if (sha256(bytes) !== blob.digest) throw new Error('A content that is not what its digest says');
  return { digest: blob.digest, media_type: String(blob.media_type), bytes };
}

/** True if a code file that the build hashed has changed since. */
async function isStale(folder: string, declared: Declared): Promise<boolean> {
  const entries = declared.facts['code.entry'];
  for (const entry of Array.isArray(entries) ? entries : []) {
    if (!isJsonObject(entry)) continue;
    const digest = await digestFile(join(folder, String(entry.path))).catch(() => undefined);
    if (digest !== undefined && digest !== entry.sha256) return true;
  }
  return (declared.files ?? []).some(({ path, sha256: expected }) => {
    const { digest } = readCodeFile(join(folder, path));
    return digest !== undefined && digest !== expected;
  });
}

function readVariables(env: NodeJS.ProcessEnv): Declared {
  const none: Declared = { source: 'none', facts: {}, reasons: {}, blobs: [] };
  const commit = firstOf(env, COMMIT)?.toLowerCase();
  if (!commit || !/^[0-9a-f]{7,64}$/.test(commit)) return none;
  const facts: { [field in Field]?: Json } = { 'git.commit': commit };
  const repository = cleanRemote(firstOf(env, REPOSITORY) ?? '');
  const branch = firstOf(env, BRANCH);
  const dirty = env.PROVENANCE_GIT_DIRTY?.toLowerCase();
  if (repository) facts['git.repository'] = repository;
  if (branch) facts['git.branch'] = branch;
  if (dirty === 'true' || dirty === '1') facts['git.dirty'] = true;
  if (dirty === 'false' || dirty === '0') facts['git.dirty'] = false;
  return { ...none, source: 'variables', facts, reasons: { 'git.dirty': 'unknown_at_build' } };
}

function firstOf(env: NodeJS.ProcessEnv, names: readonly string[]): string | undefined {
  for (const name of names) if (env[name]) return env[name];
  return undefined;
}

/** Takes what is declared for `fields`; returns false if nothing is. Missing fields are absent for `reason`. */
export function takeDeclared(
  declared: Declared,
  findings: Findings,
  fields: readonly Field[],
  reason: string,
): boolean {
  let taken = false;
  for (const field of fields) {
    const value = declared.facts[field];
    if (value === undefined) continue;
    findings.found(field, value);
    taken = true;
  }
  for (const field of fields) {
    const remark = declared.reasons[field];
    if (!taken) findings.absent(declared.refused ?? reason, field);
    else if (remark) findings.remark(field, remark);
    else if (declared.facts[field] === undefined) findings.absent('not_declared', field);
  }
  if (taken) for (const blob of declared.blobs) findings.keep(blob.media_type, blob.bytes);
  return taken;
}
