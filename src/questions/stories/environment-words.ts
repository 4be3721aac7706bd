/**
 * A code environment in words: commit, changes, image, packages, runtime, and how far it can be restored. Node
 * only.
 * @module
 */
import type { Environment, Restorability } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { fact, shortDigest } from './environments';

/** Words with their emphasis: `odd` needs attention, `strong` is what people look for. */
export interface Said {
  text: string;
  tone?: 'good' | 'odd' | 'strong';
}

/** The facts about one side of an environment: `git`, `image`, `packages`, `runtime`, `restorable`. */
export interface EnvironmentFact {
  label: string;
  said: Said[];
}

/** The known facts about the code, a line each. Sides without facts are left out. */
export function environmentFacts(environment: Environment): EnvironmentFact[] {
  const facts: EnvironmentFact[] = [
    { label: 'git', said: gitWords(environment) },
    { label: 'image', said: plain(imageText(environment)) },
    { label: 'packages', said: plain(packagesText(environment)) },
    { label: 'runtime', said: plain(runtimeText(environment)) },
    { label: 'restorable', said: [restorableWords(environment.restorable)] },
  ];
  return facts.filter(({ said }) => said.length > 0);
}

function plain(text: string): Said[] {
  return text === '' ? [] : [{ text }];
}

/** Text of a field; empty if it is not known. */
function text(environment: Environment, name: string): string {
  return textOf(fact(environment, name));
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function gitWords(environment: Environment): Said[] {
  const commit = text(environment, 'git.commit');
  if (commit === '') {
    const reason = environment.reasons['git.commit'] ?? environment.reasons.git;
    return reason ? [{ text: `no commit (${reason})`, tone: 'odd' }] : [];
  }
  const branch = text(environment, 'git.branch') || text(environment, 'git.tag');
  const where = text(environment, 'git.repository');
  const place = [branch && `on ${branch}`, where && `of ${where}`].filter(Boolean).join(' ');
  return [{ text: commit.slice(0, 12), tone: 'strong' }, ...plain(place), ...changes(environment)];
}

/** `clean` means compared and without any difference. What was not compared is named. */
function changes(environment: Environment): Said[] {
  const words = differences(environment);
  const { text, unknown } = builtText(environment);
  const comma = text === '' ? '' : ',';
  const state: Said =
    words.length > 0
      ? { text: `${words.join(', ')}${comma}`, tone: 'odd' }
      : { text: `clean${comma}`, tone: 'good' };
  return text === '' ? [state] : [state, { text, ...(unknown && { tone: 'odd' as const }) }];
}

function differences(environment: Environment): string[] {
  const dirty = fact(environment, 'git.dirty');
  const words: string[] = [];
  if (dirty === true)
    words.push(isPatchKept(environment) ? 'with changes (patch kept)' : 'with changes (not kept)');
  else if (dirty !== false) words.push(`changes not known${because(environment, 'git.dirty')}`);
  const untracked = untrackedFiles(environment);
  if (untracked > 0) words.push(`${untracked} untracked code files`);
  for (const inner of repositories(environment))
    if (inner.kind === 'clone' && inner.dirty === true) words.push(`changes in ${textOf(inner.path)}`);
  for (const field of ['git.untracked_code', 'git.submodules', 'git.clones'])
    if (environment.reasons[field])
      words.push(`${field.slice('git.'.length).replace('_', ' ')} not whole${because(environment, field)}`);
  return words;
}

function because(environment: Environment, field: string): string {
  const reason = environment.reasons[field];
  return reason ? ` (${reason})` : '';
}

/** Submodules and clones inside the repository. */
function repositories(environment: Environment): JsonObject[] {
  return listOf(fact(environment, 'git.repositories'));
}

/** The repository's own patch, or those of the submodules if only they differ. */
function isPatchKept(environment: Environment): boolean {
  if (fact(environment, 'git.patch')) return true;
  if (environment.reasons['git.patch'] !== 'only_in_submodules') return false;
  return repositories(environment).every(({ dirty, patch }) => dirty !== true || patch);
}

function untrackedFiles(environment: Environment): number {
  const inner = [fact(environment, 'git.submodules'), fact(environment, 'git.clones')].flatMap(listOf);
  const lists = [
    fact(environment, 'git.untracked_code'),
    ...inner.map(({ untracked_code }) => untracked_code),
  ];
  return lists.reduce<number>((sum, list) => sum + listOf(list).length, 0);
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The code that runs and git does not hold. `unknown`: not all of it was compared. */
function builtText(environment: Environment): { text: string; unknown: boolean } {
  if (!fact(environment, 'code.loaded')) return { text: 'built code not compared', unknown: true };
  const files = Number(fact(environment, 'code.kept_files') ?? 0);
  const places = fact(environment, 'code.inexact');
  const known = files > 0 ? `${files} built ${files === 1 ? 'file' : 'files'} by content` : '';
  const reason = environment.reasons['code.loaded'];
  if (reason === undefined) return { text: known, unknown: false };
  const count = Array.isArray(places) ? places.length : 1;
  const lacks = reason === 'withheld' || reason === 'too_large' ? 'kept' : 'compared';
  const gap = `built code not ${lacks} in ${count} ${count === 1 ? 'place' : 'places'} (${reason})`;
  return { text: [known, gap].filter(Boolean).join(', '), unknown: true };
}

function imageText(environment: Environment): string {
  const digests = fact(environment, 'image.repo_digests');
  const name = text(environment, 'image.name');
  const pull = Array.isArray(digests) && digests.length > 0 ? textOf(digests[0]) : '';
  const digest =
    pull || text(environment, 'image.manifest_digest') || text(environment, 'image.config_digest');
  if (name === '' && digest === '') return '';
  const confirmed = fact(environment, 'image.registry_confirmed') === true ? 'confirmed by its registry' : '';
  return [name, digest !== name && digest, confirmed].filter(Boolean).join(' ');
}

function packagesText(environment: Environment): string {
  const npm = text(environment, 'packages.npm.count');
  const os = text(environment, 'packages.os.count');
  const manager = text(environment, 'packages.npm.manager') || 'npm';
  const words = [
    npm && `${npm} ${manager}`,
    os && `${os} ${text(environment, 'packages.os.type') || 'system'}`,
  ];
  const list = words.filter(Boolean).join(', ');
  const set = text(environment, 'packages.npm.set');
  return list && set ? `${list} (set ${shortDigest(set)})` : list;
}

function runtimeText(environment: Environment): string {
  const name = text(environment, 'runtime.name');
  const version = text(environment, 'runtime.version');
  const os = [
    text(environment, 'os.id') || text(environment, 'os.platform'),
    text(environment, 'os.version_id'),
  ];
  const system = [...os, text(environment, 'os.arch')].filter(Boolean).join(' ');
  return [`${name} ${version}`.trim(), system].filter(Boolean).join(' · ');
}

function restorableWords({ level, missing }: Restorability): Said {
  if (level === 'full') return { text: 'full: the image can be pulled', tone: 'good' };
  if (level === 'source')
    return { text: 'source: commit, changes and packages can be restored', tone: 'good' };
  return { text: `partial: missing ${missing.join(', ') || 'unknown'}`, tone: 'odd' };
}
