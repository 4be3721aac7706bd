/**
 * Decides how far an environment can be restored, from what was found about it. Pure. Node.
 * @module
 */
import type { Restorability } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { Field } from './fields';

/** Facts and reasons of all probes together. */
export interface Facts {
  facts: ReadonlyMap<Field, Json>;
  reasons: ReadonlyMap<Field, string>;
}

/** Lists what one part of an environment lacks. */
type Part = (found: Facts) => string[];

const PARTS: readonly Part[] = [missingCommit, missingCode, missingInner, missingLoaded, missingPackages];

/**
 * `full`: the image is in a registry. `source`: commit, changes and packages can all be restored. `partial`:
 * some cannot, and `missing` lists them.
 */
export function restorability(found: Facts): Restorability {
  if (found.facts.get('image.registry_confirmed') === true) return { level: 'full', missing: [] };
  const missing = PARTS.flatMap((part) => part(found));
  return { level: missing.length > 0 ? 'partial' : 'source', missing };
}

function missingCommit({ facts, reasons }: Facts): string[] {
  if (!facts.has('git.commit')) return [`commit (${reasons.get('git.commit') ?? 'unknown'})`];
  if (!facts.has('git.repository')) return [`repository (${reasons.get('git.repository') ?? 'unknown'})`];
  return facts.get('git.pushed') === false ? ['commit on no remote branch'] : [];
}

function missingCode({ facts, reasons }: Facts): string[] {
  if (!facts.has('git.commit')) return [];
  const missing: string[] = [];
  const tree = facts.get('git.worktree_tree');
  if (tree === undefined) missing.push('state of the work tree');
  const place = PLACES[reasons.get('git.subtree') ?? ''];
  if (place) missing.push(place);
  const patch = reasons.get('git.patch');
  const changed = facts.has('git.tree') ? tree !== facts.get('git.tree') : facts.get('git.dirty') === true;
  if (tree !== undefined && patch && changed) missing.push(`patch (${patch})`);
  const endings = listOf(facts.get('git.line_endings')).length;
  if (endings > 0) missing.push(`line endings of ${endings} files`);
  const untracked = reasons.get('git.untracked_code');
  if (untracked) missing.push(`untracked code (${untracked})`);
  return missing;
}

/** Reasons for which the worker's folder has no tree in the commit. */
const PLACES: { [reason: string]: string } = {
  not_in_commit: 'code folder is not in the commit',
  in_empty_submodule: 'code folder is a submodule that is not checked out',
};

/** Lists what submodules and clones lack. */
function missingInner({ facts, reasons }: Facts): string[] {
  if (!facts.has('git.commit')) return [];
  const missing = (['git.submodules', 'git.clones'] as const).flatMap((field) =>
    reasons.has(field) ? [`${field.slice('git.'.length)} (${reasons.get(field)})`] : [],
  );
  const entries = [...listOf(facts.get('git.submodules')), ...listOf(facts.get('git.clones'))];
  for (const detail of listOf(facts.get('git.repositories'))) {
    const entry = entries.find(({ path }) => path === detail.path) ?? {};
    const name = `${detail.kind} ${detail.path}`;
    for (const what of lacksOf(entry, detail)) missing.push(`${name}: ${what}`);
  }
  return missing;
}

function lacksOf(entry: JsonObject, detail: JsonObject): string[] {
  const lacks: string[] = [];
  if (detail.untracked_reason) lacks.push(`untracked code (${detail.untracked_reason})`);
  if (detail.reason) return [`not read (${detail.reason})`, ...lacks];
  if (entry.state !== 'present') return lacks;
  if (!entry.worktree_tree) lacks.push(`state of the work tree (${detail.patch_reason ?? 'unknown'})`);
  else if (entry.worktree_tree !== detail.tree && detail.patch_reason)
    lacks.push(`patch (${detail.patch_reason})`);
  if (detail.pushed === false) lacks.push('commit on no remote branch');
  // The address of a submodule is also in the repository around it.
  if (detail.kind === 'clone' && !detail.repository)
    lacks.push(`repository (${detail.repository_reason ?? 'unknown'})`);
  return lacks;
}

/** Code that runs and git does not hold. It is kept by content, with the exceptions that the reason names. */
function missingLoaded({ reasons }: Facts): string[] {
  const fields: Field[] = ['code.loaded', 'code.workflows'];
  const found = fields.map((field) => reasons.get(field)).filter((reason) => reason !== undefined);
  const gaps = found.filter((reason) => reason !== 'no_workflows' && reason !== 'bundle_only');
  return [...new Set(gaps)].map((reason) => `code that runs (${reason})`);
}

function missingPackages({ facts, reasons }: Facts): string[] {
  if (!facts.has('packages.npm.set')) return [`packages (${reasons.get('packages.npm.set') ?? 'unknown'})`];
  const locked = facts.has('packages.npm.installed_lock') || facts.has('packages.npm.lockfile');
  const linked = listOf(facts.get('packages.npm.links')).map(({ name }) => `linked package ${name}`);
  return locked ? linked : ['lock file', ...linked];
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
