/**
 * What is told of an environment beside the environment itself: how it was used, by which workers, and the files of code that are kept of
 * it. Node only.
 * @module
 */
import type { Environment, WorkerSession } from '../../model/environment';
import { isJsonObject, type Json } from '../../model/json';
import type { EnvironmentUse } from '../../store/interface/beside';
import { runHas } from '../conditions';
import type { Scope } from '../scope';
import { fact } from './environments';

/** How often runs had it, and which was the last. */
export interface Use {
  /** Runs, as far as they were counted. */
  runs: number;
  /** There are more than were counted. */
  more: boolean;
  /** The run recorded last. */
  last?: { uid: string; time: number };
}

/** A file of code that is no part of the commit. */
export interface CodeFile {
  path: string;
  /** Of its content, `sha256:<hex>`; absent where it could not be read. */
  digest?: string;
  /** `runs`: what the process loaded and git does not hold; `workflows`: of the worker's workflows; `untracked`: code beside what git tracks. */
  of: 'runs' | 'workflows' | 'untracked';
}

/** An environment in a list. */
export interface EnvironmentItem extends Use {
  environment: Environment;
}

/** Runs of an environment whose worker sessions are looked up, the last ones. */
const MANY_RUNS = 100;

/** Environments, the last captured first, and where the next part begins. */
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

/** Worker sessions of its last runs, the last to begin first. */
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

/** Files of code that are kept by content beside the commit. */
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
