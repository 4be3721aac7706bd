/**
 * Code environments: that of a run, one by its id, and its kept contents. Node only.
 * @module
 */
import { seenBy } from '../../environment/identity/seen';
import { AmbiguousError, ProvenanceError } from '../../errors';
import type { RunRecord } from '../../model/documents';
import type { Environment } from '../../model/environment';
import { isJsonObject, type Json } from '../../model/json';
import type { UsedEnvironment } from '../../store/interface/queries';
import type { Store } from '../../store/store';
import { findRun } from '../references/run-reference';
import type { Answer, Scope } from '../scope';

/** The most environments with the same beginning of their ids that are read. */
const MANY_ALIKE = 100;

/** The fields with digests of contents, the most likely first. */
const KEPT = {
  patch: { fields: ['git.patch', 'git.patch_sha256'], name: 'uncommitted changes' },
  packages: {
    fields: ['packages.npm.set', 'packages.npm.installed_lock', 'packages.npm.lockfile'],
    name: 'package list',
  },
} as const;

/** The environments of runs, the last used first. */
export function environmentsOf({ store }: Scope, limit: number): Promise<UsedEnvironment[]> {
  return store.environments(limit);
}

/** The environment of a run as its session saw it; null if it was not captured, or is not in this store. */
export async function environmentOf(store: Store, { start }: RunRecord): Promise<Environment | null> {
  const { environment: id, session } = start.provenance;
  const environment = id ? await store.environment(id) : null;
  if (!environment) return null;
  return seenBy(environment, session ? await store.session(session) : null);
}

/**
 * The environment that a text names: by its id, by the beginning of its id, or by a run.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS
 */
export async function findEnvironment(scope: Scope, word: string): Promise<Answer<Environment>> {
  const { store } = scope;
  const id = /^(?:sha256:)?([0-9a-f]{6,64})$/i.exec(word)?.[1]?.toLowerCase();
  const named = id === undefined ? undefined : await environmentNamed(store, id, word);
  if (named) return { value: named, remarks: [] };
  const { value: run, remarks } = await findRun(scope, word);
  const environment = await environmentOf(store, run);
  if (environment) return { value: environment, remarks };
  throw new ProvenanceError('NOT_FOUND', `The environment of run ${run.start.uid} was not captured.`);
}

async function environmentNamed(store: Store, id: string, word: string): Promise<Environment | undefined> {
  const exact = await store.environment(`sha256:${id}`);
  if (exact) return exact;
  const used = await store.environmentUse({ id: `sha256:${id}`, limit: MANY_ALIKE, counted: 1 });
  const matching = used.map(({ environment }) => environment);
  if (matching.length > 1)
    throw new AmbiguousError(
      `'${word}' matches ${matching.length} environment ids; write more of it.`,
      matching.map(({ id }) => id),
    );
  if (matching.length === 0 && (word.length > 36 || word.includes(':')))
    throw new ProvenanceError('NOT_FOUND', `No environment '${word}' in ${store.location}.`);
  return matching[0];
}

/**
 * The kept text of an environment: its uncommitted changes, or its packages.
 * @throws (rejects) ProvenanceError NOT_FOUND, with the reason that was recorded
 */
export async function keptText(
  { store }: Scope,
  environment: Environment,
  what: keyof typeof KEPT,
): Promise<string> {
  const { fields, name } = KEPT[what];
  for (const field of fields) {
    const digest = fact(environment, field);
    const blob = typeof digest === 'string' ? await store.blob(digest) : null;
    if (blob) return Buffer.from(blob.bytes).toString('utf8');
  }
  const reason = fields.map((field) => environment.reasons[field]).find(Boolean);
  throw new ProvenanceError(
    'NOT_FOUND',
    `Environment ${shortDigest(environment.id)} has no ${name}${reason ? ` (${reason})` : ''}.`,
  );
}

/** The value of one field of an environment, in any form (identity or detail, dotted or nested). */
export function fact(environment: Environment, name: string): Json | undefined {
  for (const part of [environment.identity, environment.detail]) {
    const value = Object.hasOwn(part, name) ? part[name] : nested(part, name.split('.'));
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function nested(value: Json | undefined, [key, ...rest]: string[]): Json | undefined {
  if (key === undefined) return value;
  return isJsonObject(value) && Object.hasOwn(value, key) ? nested(value[key], rest) : undefined;
}

/** Nested facts by their path, as filters and reasons name them, without unknown ones. */
export function flatFacts(
  values: { readonly [name: string]: Json },
  prefix = '',
): [name: string, value: Json][] {
  return Object.entries(values).flatMap(([name, value]): [string, Json][] => {
    if (isJsonObject(value)) return flatFacts(value, `${prefix}${name}.`);
    return value === null ? [] : [[prefix + name, value]];
  });
}

/** The first 12 hex digits of a digest, which people compare. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}
