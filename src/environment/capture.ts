/**
 * Captures the environment of a worker: all probes at once, independent of each other, within one time budget.
 * Never rejects. Node.
 *
 * What the process shares (git, packages, runtime, image, …) is read once per folder and options, when the
 * first worker asks. Node has loaded its code by then, and a later read could describe other code.
 *
 * This folder owns the code environment: one probe a file, the two identities, and restoring. The worker
 * captures with it; stores and skins only read what it made.
 * @module
 */
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import type { Blob, CapturedEnvironment } from '../model/environment';
import type { Json } from '../model/json';
import { loadedProbe } from './code/loaded';
import { workflowsProbe } from './code/workflows';
import { type Findings, type Probe, type ProbeContext, runProbe } from './findings';
import { gitProbe } from './git';
import type { GitOptions } from './git/live';
import { FIELDS, type Field } from './identity/fields';
import { buildEnvironment } from './identity/identity';
import type { Masking } from './identity/withheld';
import { type DockerOptions, imageProbe } from './image';
import { packagesProbe } from './packages';
import { osPackagesProbe, osProbe, runtimeProbe } from './platform/platform';
import { pythonProbe } from './platform/python';
import { variablesProbe } from './platform/variables';
import { type Declared, readDeclared } from './program/declared';
import { entryProbe } from './program/entry';
import { programOf } from './program/program';
import { type WorkerCode, workerProbe } from './program/worker-code';

export type { Masking } from './identity/withheld';
export type { PluginManifestEntry, WorkerCode, WorkflowCode } from './program/worker-code';

/** How the code environment is captured. */
export interface EnvironmentOptions {
  /** Folder of the code. @defaultValue the package of the program's entry file, else the working directory */
  cwd?: string;
  /** How much uncommitted code is kept. */
  git?: GitOptions;
  /** How the image is found; `false` never asks a container engine. */
  docker?: DockerOptions | false;
  /** Environment variables to record, by exact name. @defaultValue none */
  variables?: string[];
  /** Python interpreters whose packages are recorded. @defaultValue none */
  python?: string[];
  /** Files to hash in addition to the one that started the process, relative to `cwd`. @defaultValue none */
  entry?: string[];
  /** Time budget of the whole capture, in ms. @defaultValue 2000 */
  timeoutMs?: number;
}

/** Time budget of the whole capture if the lab sets none, in ms. */
export const CAPTURE_TIMEOUT_MS = 2000;
/** Part of the budget after which the capture stops waiting for other programs. */
const PATIENCE = 0.9;
/**
 * Part of the budget after which a probe that examines many files stops, and reports that it is not complete.
 */
const SHARE = 0.8;

/** The facts of several probes together. */
interface Gathered {
  facts: Map<Field, Json>;
  reasons: Map<Field, string>;
  blobs: Map<string, Blob>;
}

/**
 * What the workers of a process share. `declared` is what the build recorded, for the probes that each worker
 * runs itself.
 */
export interface Shared extends Gathered {
  declared: Declared;
}

/** What this process has captured, by masking, folder and options. */
const captured = new WeakMap<Masking, Map<string, Promise<Shared>>>();

/**
 * Captures the environment of one worker. What cannot be read is absent, with a reason code. Never rejects, and
 * takes no longer than the budget.
 */
export async function captureEnvironment(
  input: EnvironmentOptions & WorkerCode,
  masking: Masking,
): Promise<CapturedEnvironment> {
  const started = performance.now();
  const time = Date.now() / 1000;
  const elapsed = () => Math.round(performance.now() - started);
  try {
    const { plugins, workflowBundle, ...options } = input;
    const context = probeContext(options);
    const worker = runProbe(workerProbe({ plugins, workflowBundle }), context, masking);
    const shared = await captureProcess(options, masking);
    const workflows = runProbe(workflowsProbe(workflowBundle, shared), context, masking);
    const all = gather([shared, await worker, await workflows]);
    return { environment: buildEnvironment(all, time, elapsed()), blobs: [...all.blobs.values()] };
  } catch {
    // The working directory is deleted, or an option has the wrong type. The worker starts anyway.
    const reasons = new Map((Object.keys(FIELDS) as Field[]).map((field) => [field, 'failed']));
    return { environment: buildEnvironment({ facts: new Map(), reasons }, time, elapsed()), blobs: [] };
  }
}

/** The part that all workers of a process share, read once. */
function captureProcess(options: EnvironmentOptions, masking: Masking): Promise<Shared> {
  const key = JSON.stringify([codeFolder(options), Object.entries(options).sort()]);
  const cached = captured.get(masking) ?? new Map<string, Promise<Shared>>();
  captured.set(masking, cached);
  const known = cached.get(key) ?? gatherProcess(options, masking);
  cached.set(key, known);
  return known;
}

/** Reads the shared part now, even if it was read before. */
async function gatherProcess(options: EnvironmentOptions, masking: Masking): Promise<Shared> {
  const context = probeContext(options);
  const declared = readDeclared(context.cwd, context.env);
  const git = runProbe(gitProbe(options.git ?? {}, declared), context, masking);
  const knowsTree = git.then(({ facts }) => facts.has('git.worktree_tree'));
  const probes: Probe[] = [
    entryProbe(options.entry),
    packagesProbe(declared),
    pythonProbe(options.python),
    osPackagesProbe,
    osProbe,
    runtimeProbe,
    imageProbe(options.docker),
    variablesProbe(options.variables),
    loadedProbe(options, { declared, knowsTree }), // Last, so that its contents come after those of the others.
  ];
  const parts = await Promise.all([git, ...probes.map((probe) => runProbe(probe, context, masking))]);
  return { ...gather(parts), declared: await declared };
}

function codeFolder({ cwd }: EnvironmentOptions): string {
  return cwd === undefined ? programOf().folder : resolve(cwd);
}

function probeContext(options: EnvironmentOptions): ProbeContext {
  const limit_ms = options.timeoutMs ?? CAPTURE_TIMEOUT_MS;
  const signal = AbortSignal.timeout(limit_ms);
  const patience = AbortSignal.timeout(Math.floor(limit_ms * PATIENCE));
  setMaxListeners(0, signal, patience); // Every call of every probe listens. The listeners end with the capture.
  const deadline = performance.now() + limit_ms * SHARE;
  return { cwd: codeFolder(options), env: process.env, signal, patience, deadline };
}

function gather(parts: readonly (Findings | Gathered)[]): Gathered {
  return {
    facts: new Map(parts.flatMap((part) => [...part.facts])),
    reasons: new Map(parts.flatMap((part) => [...part.reasons])),
    blobs: new Map(parts.flatMap((part) => [...part.blobs])),
  };
}
