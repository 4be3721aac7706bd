/**
 * Restores submodules and clones inside the repository: each by its own commit, patch and untracked code, in
 * its recorded state. Node.
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../model/json';
import { utf8Of } from '../git/paths';
import { inside, makeFolder, recordedBytes, writeKept } from './files';
import { listOf, objectAt, type Restoration, textOf } from './restoration';
import { cloneOf, hasCommit, openRepository, recordedRepository, restoreTree, type Source } from './tree';
import { NAMED_EACH } from './untracked';

/** Restores submodules and nested clones, the outer ones first. */
export async function restoreInner(restoration: Restoration): Promise<void> {
  const { identity, detail, reasons } = restoration.environment;
  const git = objectAt(identity, 'git');
  const details = listOf(objectAt(detail, 'git').repositories);
  const inner = [
    ...listOf(git.submodules).map((entry) => ({ kind: 'submodule', entry })),
    ...listOf(git.clones).map((entry) => ({ kind: 'clone', entry })),
  ];
  inner.sort((a, b) => (recordedBytes(a.entry) < recordedBytes(b.entry) ? -1 : 1)); // The outer repositories come first.
  const places = inner.map(({ entry }) => recordedBytes(entry));
  for (const { kind, entry } of inner) {
    const bytes = recordedBytes(entry);
    const own = details.find((one) => recordedBytes(one) === bytes) ?? {};
    const around = places.filter((place) => bytes.startsWith(`${place}/`)).at(-1);
    await restoreOne(restoration, { name: `${kind} ${entry.path}`, kind, entry, detail: own, around });
  }
  for (const field of ['git.submodules', 'git.clones'])
    if (reasons[field]) restoration.lack(`${field.slice('git.'.length)} (${reasons[field]})`);
}

interface Inner {
  name: string;
  kind: string;
  entry: JsonObject;
  detail: JsonObject;
  /** Path of the submodule or clone that contains it. */
  around?: string;
}

async function restoreOne(restoration: Restoration, inner: Inner): Promise<void> {
  const { name, entry, detail } = inner;
  const path = inside(recordedBytes(entry));
  if (entry.state === 'empty' || entry.state === 'absent') return; // The tree around it contains the same information.
  const folder = (await makeFolder(restoration.folder, path)) ? utf8Of(path) : undefined;
  if (folder === undefined) restoration.lack(name);
  else if (entry.state === 'present') await restorePresent(restoration, inner, folder);
  else restoration.lack(`${name} (${textOf(detail.reason) ?? 'unknown'})`);
  for (const file of listOf(entry.untracked_code))
    await writeKept(restoration, file, { kind: `untracked in ${name}`, base: path });
  const reason = textOf(detail.untracked_reason);
  if (reason && !NAMED_EACH.includes(reason)) restoration.lack(`untracked code in ${name} (${reason})`);
}

async function restorePresent(restoration: Restoration, inner: Inner, path: string): Promise<void> {
  const recorded = recordedRepository(inner.name, inner.entry, inner.detail);
  try {
    const sources = recorded.commit ? await sourcesOf(restoration, inner, path, recorded.commit) : [];
    await restoreTree(restoration, join(restoration.folder, path), recorded, sources);
  } catch {
    restoration.lack(`${inner.name} (commit unavailable)`);
  }
}

/**
 * The sources: the address that the repository around it names, its own address, or the place on this machine
 * from which the whole was cloned.
 */
async function sourcesOf(
  restoration: Restoration,
  { kind, detail, around }: Inner,
  path: string,
  commit: string,
): Promise<Source[]> {
  const sources: Source[] = [];
  const outer = around === undefined ? '' : (utf8Of(around) ?? '');
  if (kind === 'submodule')
    sources.push(() =>
      updateSubmodule(join(restoration.folder, outer), path.slice(outer ? outer.length + 1 : 0), commit),
    );
  const address = textOf(detail.repository);
  if (address) sources.push(cloneOf(address, commit));
  const local = restoration.from && join(restoration.from, path);
  if (local && (await stat(join(local, '.git')).catch(() => undefined))) sources.push(cloneOf(local, commit));
  return sources;
}

/** Git's own way, with its rules for the addresses that a repository may name. */
async function updateSubmodule(around: string, path: string, commit: string): Promise<boolean> {
  const git = await openRepository(around);
  await git.raw(['submodule', 'update', '--init', '--', path]).catch(() => undefined); // Fails if the repository lacks the commit.
  const folder = join(around, path);
  if (!(await stat(join(folder, '.git')).catch(() => undefined))) return false;
  return hasCommit(await openRepository(folder), commit);
}
