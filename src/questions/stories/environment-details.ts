/**
 * Facts about an environment in addition to its document: its runs, its workers, and its kept code files. Node
 * only.
 * @module
 */
import type { Environment, WorkerSession } from '../../model/environment';
import { isJsonObject, type Json } from '../../model/json';
import type { EnvironmentUse } from '../../store/interface/details';
import { runHas } from '../conditions';
import type { Scope } from '../scope';
import { fact } from './environments';

/** The number of runs that had an environment, and the last of them. */
export interface Use {
  /** The number of runs, as far as they were counted. */
  runs: number;
  /** True if there are more than were counted. */
  more: boolean;
  /** The run recorded last. */
  last?: { uid: string; time: number };
}

/** A code file that is not part of the commit. */
export interface CodeFile {
  path: string;
  /** Digest of its content, `sha256:<hex>`; absent if it could not be read. */
  digest?: string;
  /**
   * `runs`: code that the process loaded and git does not hold; `workflows`: code of the worker's workflows;
   * `untracked`: code that git does not track.
   */
  of: 'runs' | 'workflows' | 'untracked';
}

/** An environment in a list. */
export interface EnvironmentItem extends Use {
  environment: Environment;
}

/** The most runs of an environment whose worker sessions are looked up: the latest ones. */
const MANY_RUNS = 100;

/** Environments, the last captured first, and the beginning of the next part. */
export async function environmentList(
  { store }: Scope,
  wanted: { limit: number; before?: number; counted: number },
): Promise<{ items: EnvironmentItem[]; next?: number }> {
  const { limit, before, counted } = wanted;
  const found = await store.environmentUse({ limit: limit + 1, before, counted: counted + 1 });
  const shown = found.slice(0, limit);
  const items = shown.map((one) => ({ environment: one.environment, ...useOf(one, counted) }));
  return { items, ...(found.length > limit && { next: shown.at(-1)!.id }) };
}

/** How an environment was used. */
export async function useOfEnvironment({ store }: Scope, { id }: Environment, counted: number): Promise<Use> {
  const [used] = await store.environmentUse({ id, limit: 1, counted: counted + 1 });
  return used ? useOf(used, counted) : { runs: 0, more: false };
}

function useOf({ runs, last }: EnvironmentUse, counted: number): Use {
  return { runs: Math.min(runs, counted), more: runs > counted, ...(last && { last }) };
}

/** Worker sessions of the last runs of an environment, the last to begin first. */
export async function sessionsOfEnvironment(
  { store, only_lab: lab }: Scope,
  { id }: Environment,
  limit: number,
): Promise<WorkerSession[]> {
  const runs = await store.runs({
    filter: { where: runHas('environment', id) },
    limit: MANY_RUNS,
    ...(lab !== undefined && { lab }),
  });
  const ids = [...new Set(runs.flatMap(({ start }) => start.provenance.session ?? []))].slice(0, limit);
  const sessions = await Promise.all(ids.map((session_id) => store.session(session_id)));
  return sessions.filter((one) => one !== null).sort((a, b) => b.start_time - a.start_time);
}

/** Code files outside the commit that are kept by content. */
export async function codeFilesOf({ store }: Scope, environment: Environment): Promise<CodeFile[]> {
  const listed = async (field: string, of: CodeFile['of']): Promise<CodeFile[]> => {
    const digest = fact(environment, field);
    const blob = typeof digest === 'string' ? await store.blob(digest) : null;
    return blob ? pairsIn(Buffer.from(blob.bytes).toString('utf8'), of) : [];
  };
  return [
    ...(await listed('code.loaded', 'runs')),
    ...(await listed('code.workflows', 'workflows')),
    ...untracked(fact(environment, 'git.untracked_code')),
  ];
}

function pairsIn(text: string, of: CodeFile['of']): CodeFile[] {
  const pairs: unknown = JSON.parse(text);
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap((pair: unknown) => {
    const [path, digest] = Array.isArray(pair) ? pair : [];
    return typeof path === 'string' ? [{ path, ...(typeof digest === 'string' && { digest }), of }] : [];
  });
}

function untracked(files: Json | undefined): CodeFile[] {
  if (!Array.isArray(files)) return [];
  return files.filter(isJsonObject).flatMap(({ path, sha256 }) => {
    if (typeof path !== 'string') return [];
    return [{ path, ...(typeof sha256 === 'string' && { digest: sha256 }), of: 'untracked' as const }];
  });
}
