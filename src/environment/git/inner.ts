/**
 * Repositories inside the repository: submodules, and clones that are not submodules. Each is read on its own,
 * with changes or without, because a parent's patch cannot contain its files. If one is broken, only its own
 * facts are missing. Node.
 * @module
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../model/json';
import { Absent, type Findings, type ProbeContext } from '../findings';
import { conversionOf } from './line-endings';
import { type RawPath, recordedPath, utf8Of } from './paths';
import {
  type Changes,
  isPushed,
  openRepository,
  type ReadOptions,
  type Repository,
  readChanges,
  readSparse,
  reasonOf,
} from './repository';
import { readUntracked, type Untracked, walkCode } from './untracked';

/** What is at the place of a submodule. */
type InnerState = 'present' | 'empty' | 'absent' | 'files' | 'unreadable' | 'not_read';

const REPOSITORIES = 100;
const AT_ONCE = 4;

interface Inner {
  kind: 'submodule' | 'clone';
  path: RawPath;
  /** Part of the environment's identity. */
  identity: JsonObject;
  /** Kept with the identity, but not part of it. */
  detail: JsonObject;
}

/** All submodules and clones, at every depth, by their path from the top. */
export class InnerRepositories {
  readonly #context: ProbeContext;
  readonly #top: string;
  readonly #options: ReadOptions;
  readonly #findings: Findings;
  readonly #found = new Map<RawPath, Inner>();
  #reading: RawPath[] = [];
  #truncated = false;

  constructor(context: ProbeContext, top: string, options: ReadOptions, findings: Findings) {
    this.#context = context;
    this.#top = top;
    this.#options = options;
    this.#findings = findings;
  }

  /**
   * Reads the submodules and clones of the top repository, and those inside them. What is known is recorded at
   * each step, since the budget may end.
   */
  async read(submodules: readonly RawPath[], clones: readonly RawPath[]): Promise<void> {
    this.#add('', submodules, clones);
    this.#record();
    const next = async (): Promise<void> => {
      for (let path = this.#reading.shift(); path !== undefined; path = this.#reading.shift()) {
        const inner = this.#found.get(path);
        if (inner) await this.#readOne(inner);
        this.#record();
      }
    };
    while (this.#reading.length > 0) await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** True if a tracked file of a submodule differs; `undefined` if this is unknown for one of them. */
  get dirty(): boolean | undefined {
    const submodules = [...this.#found.values()].filter(({ kind }) => kind === 'submodule');
    if (submodules.some(({ detail }) => detail.dirty === true)) return true;
    return submodules.some(({ detail }) => detail.dirty === undefined) ? undefined : false;
  }

  /** Submodules of the top repository in which a tracked file differs. */
  dirtyPaths(): RawPath[] {
    return [...this.#found.values()]
      .filter(({ kind, detail }) => kind === 'submodule' && detail.dirty === true)
      .map(({ path }) => path);
  }

  #add(parent: RawPath, submodules: readonly RawPath[], clones: readonly RawPath[]): void {
    const add = (kind: Inner['kind'], paths: readonly RawPath[]) => {
      for (const path of paths.map((inside) => parent + inside)) {
        const full = this.#found.size >= REPOSITORIES;
        if (full) this.#truncated = true;
        if (full || this.#found.has(path)) continue;
        const identity = { ...recordedPath(path), ...UNKNOWN, state: 'not_read' };
        const detail = { ...recordedPath(path), kind, reason: 'timeout' };
        this.#found.set(path, { kind, path, identity, detail });
        this.#reading.push(path);
      }
    };
    add('submodule', submodules);
    add('clone', clones);
  }

  #record(): void {
    const all = [...this.#found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const of = (kind: Inner['kind']) => all.filter((inner) => inner.kind === kind);
    this.#findings.found(
      'git.submodules',
      of('submodule').map(({ identity }) => identity),
    );
    this.#findings.found(
      'git.clones',
      of('clone').map(({ identity }) => identity),
    );
    this.#findings.found(
      'git.repositories',
      all.map(({ detail }) => detail),
    );
    if (this.#truncated) this.#findings.remark('git.submodules', 'truncated');
  }

  async #readOne(inner: Inner): Promise<void> {
    const place = await placeOf(this.#top, inner.path);
    inner.identity.state = place.state;
    inner.detail = { ...recordedPath(inner.path), kind: inner.kind };
    if (place.state === 'present') {
      try {
        await this.#readPresent(inner, place.folder);
        return;
      } catch (error) {
        inner.identity.state = 'unreadable';
        inner.detail.reason = reasonOf(error);
      }
    } else if (place.state !== 'files') {
      inner.identity.untracked_code = [];
      inner.detail.dirty = false; // A deleted folder is a change of the repository around it.
      return;
    } else inner.detail.reason = 'no_repository';
    await this.#readFiles(inner);
  }

  async #readPresent(inner: Inner, folder: string): Promise<void> {
    const repository = await openRepository(this.#context, folder);
    // If the folder has no repository, git answers for the one around it.
    if (repository.where.top !== (await realpath(folder))) throw new Absent('no_repository');
    const changes = await readChanges(repository, this.#options);
    inner.identity.commit = repository.status.commit ?? null;
    inner.identity.worktree_tree = changes.workTree?.tree ?? null;
    inner.identity.untracked_code = changes.untracked?.entries ?? null;
    if (changes.lineEndings?.files.length) inner.identity.line_endings = changes.lineEndings.files;
    inner.detail = await this.#describe(inner, repository, changes);
    this.#add(`${inner.path}/`, repository.entries.submodules, changes.clones);
  }

  async #describe(inner: Inner, repository: Repository, changes: Changes): Promise<JsonObject> {
    const detail: JsonObject = { ...recordedPath(inner.path), kind: inner.kind };
    if (repository.address) detail.repository = repository.address;
    else detail.repository_reason = repository.addressReason;
    const sparse = await readSparse(repository);
    if (sparse) detail.sparse = sparse;
    detail.conversion = conversionOf(repository.config);
    if (changes.lineEndings?.reason) detail.line_endings_reason = changes.lineEndings.reason;
    if (repository.where.tree) detail.tree = repository.where.tree;
    if (changes.dirty !== undefined) detail.dirty = changes.dirty;
    const { patch, patchReason } = changes.workTree ?? {};
    if (patch) detail.patch = this.#findings.keep('text/x-diff', patch);
    if (patchReason ?? changes.workTreeReason)
      detail.patch_reason = patchReason ?? changes.workTreeReason ?? null;
    describeUntracked(detail, changes.untracked, changes.untrackedReason);
    if (repository.status.commit) {
      const pushed = await isPushed(repository).catch(() => undefined);
      if (pushed !== undefined) detail.pushed = pushed;
    }
    return detail;
  }

  /** A folder of files that belong to no repository: its code is taken as untracked. */
  async #readFiles(inner: Inner): Promise<void> {
    try {
      const paths = await walkCode(this.#top, inner.path);
      const untracked = await readUntracked(this.#top, paths, this.#options.keeping);
      // Paths are relative to their own repository, as everywhere.
      inner.identity.untracked_code = untracked.entries.map((entry) => relativeTo(inner.path, entry));
      describeUntracked(inner.detail, untracked);
    } catch (error) {
      describeUntracked(inner.detail, undefined, reasonOf(error));
    }
  }
}

const UNKNOWN: JsonObject = { commit: null, worktree_tree: null, untracked_code: null };

function describeUntracked(detail: JsonObject, untracked: Untracked | undefined, reason = 'failed'): void {
  if (!untracked) detail.untracked_reason = reason;
  else if (untracked.remark) detail.untracked_reason = untracked.remark;
}

function relativeTo(folder: RawPath, entry: JsonObject): JsonObject {
  const base64 = typeof entry.path_base64 === 'string' ? entry.path_base64 : undefined;
  const raw = base64
    ? Buffer.from(base64, 'base64').toString('latin1')
    : Buffer.from(String(entry.path)).toString('latin1');
  const { path_base64: _, ...rest } = entry;
  return { ...rest, ...recordedPath(raw.slice(folder.length + 1)) };
}

async function placeOf(top: string, path: RawPath): Promise<{ state: InnerState; folder: string }> {
  const text = utf8Of(path);
  if (text === undefined) return { state: 'unreadable', folder: '' };
  const folder = join(top, text);
  const there = await lstat(folder).catch(() => undefined);
  if (!there?.isDirectory()) return { state: 'absent', folder };
  const names: string[] = await readdir(folder).catch(() => []);
  if (names.includes('.git')) return { state: 'present', folder };
  return { state: names.length > 0 ? 'files' : 'empty', folder };
}
