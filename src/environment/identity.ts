/**
 * From facts to an environment: the two identities, what is kept beside them, and how far it can be restored. Node.
 * @module
 */
import type { Environment, Restorability } from '../model/environment';
import type { Json, JsonObject } from '../model/json';
import { digestOf } from './canonical';
import { ENVIRONMENT_SCHEMA, FIELDS, type Field } from './fields';

/** Facts and reasons of all probes together. */
export interface Facts {
  facts: ReadonlyMap<Field, Json>;
  reasons: ReadonlyMap<Field, string>;
}

/** Builds the environment; pure. Identity names every one of its fields, `null` where there is no value. */
export function buildEnvironment(found: Facts, capturedTime: number, durationMs: number): Environment {
  const identity: JsonObject = { schema: ENVIRONMENT_SCHEMA };
  const code: JsonObject = { schema: ENVIRONMENT_SCHEMA };
  const detail: JsonObject = {};
  for (const field of Object.keys(FIELDS) as Field[]) {
    const value = found.facts.get(field);
    if (FIELDS[field] === 'detail') {
      if (value !== undefined) put(detail, field, value);
      continue;
    }
    put(identity, field, value ?? null);
    if (FIELDS[field] === 'code') put(code, field, value ?? null);
  }
  return {
    id: digestOf(identity),
    code_id: digestOf(code),
    identity,
    detail,
    reasons: Object.fromEntries([...found.reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    restorable: restorability(found),
    captured_time: capturedTime,
    duration_ms: durationMs,
  };
}

/** Puts a value at a field's place: `git.commit` is `commit` in `git`, `packages.npm.set` two folders down. */
function put(object: JsonObject, field: Field, value: Json): void {
  const keys = field.split('.');
  const last = keys.pop() as string;
  let place = object;
  for (const key of keys) {
    place[key] ??= {};
    place = place[key] as JsonObject;
  }
  place[last] = value;
}

/**
 * `full`: the image is in a registry. `source`: commit, changes and packages can all be had again. `partial`: some can
 * not, and `missing` says which.
 */
export function restorability(found: Facts): Restorability {
  if (found.facts.get('image.registry_confirmed') === true) return { level: 'full', missing: [] };
  const missing = [...missingSource(found), ...missingPackages(found)];
  return { level: missing.length > 0 ? 'partial' : 'source', missing };
}

function missingSource({ facts, reasons }: Facts): string[] {
  if (!facts.has('git.commit')) return [`commit (${reasons.get('git.commit') ?? 'unknown'})`];
  const missing: string[] = [];
  if (!facts.has('git.repository'))
    missing.push(`repository (${reasons.get('git.repository') ?? 'unknown'})`);
  else if (facts.get('git.pushed') === false) missing.push('commit on no remote branch');
  if (!facts.has('git.worktree_tree')) missing.push('state of the work tree');
  if (reasons.get('git.subtree') === 'not_in_commit') missing.push('code folder is not in the commit');
  const patch = reasons.get('git.patch');
  if (facts.get('git.dirty') === true && patch) missing.push(`patch (${patch})`);
  const untracked = reasons.get('git.untracked_code');
  if (untracked) missing.push(`untracked code (${untracked})`);
  const submodules = reasons.get('git.submodules');
  if (submodules) missing.push(`submodules (${submodules})`);
  return missing;
}

function missingPackages({ facts, reasons }: Facts): string[] {
  if (!facts.has('packages.npm.set')) return [`packages (${reasons.get('packages.npm.set') ?? 'unknown'})`];
  const locked = facts.has('packages.npm.installed_lock') || facts.has('packages.npm.lockfile');
  return locked ? [] : ['lock file'];
}
