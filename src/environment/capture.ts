/**
 * Captures the environment of a worker: all probes at once, each on its own, within one budget. Never rejects. Node.
 *
 * What the process shares (git, packages, runtime, image, …) is read once per folder and options, when the first worker
 * asks: Node has loaded its code by then, and a later read could describe other code.
 * @module
 */
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import type { Blob, CapturedEnvironment } from '../model/environment';
import type { Json } from '../model/json';
import { readDeclared } from './declared';
import { entryProbe } from './entry';
import { FIELDS, type Field } from './fields';
import { type Findings, type Probe, type ProbeContext, runProbe } from './findings';
import { gitProbe } from './git';
import type { GitOptions } from './git/live';
import { buildEnvironment } from './identity';
import { type DockerOptions, imageProbe } from './image';
import { packagesProbe } from './packages';
import { osPackagesProbe, osProbe, runtimeProbe } from './platform';
import { pythonProbe } from './python';
import { variablesProbe } from './variables';
import type { Masking } from './withheld';
import { type WorkerCode, workerProbe } from './worker-code';

export type { Masking } from './withheld';
export type { PluginManifestEntry, WorkerCode, WorkflowCode } from './worker-code';

export interface EnvironmentOptions {
  /** Folder of the code. @defaultValue the working directory of the process */
  cwd?: string;
  /** What is kept of uncommitted code. */
  git?: GitOptions;
  /** How the image is found; `false` never asks a container engine. */
  docker?: DockerOptions | false;
  /** Environment variables to record, by exact name. @defaultValue none */
  variables?: string[];
  /** Python interpreters whose packages are recorded. @defaultValue none */
  python?: string[];
  /** Files to hash beside the one that the process was started from, relative to `cwd`. */
  entry?: string[];
  /** Budget of the whole capture, in ms. @defaultValue 2000 */
  timeoutMs?: number;
}

export const CAPTURE_TIMEOUT_MS = 2000;
/** Part of the budget after which no other program is waited for. */
const PATIENCE = 0.9;

/** Facts of several probes together. */
export interface Gathered {
  facts: Map<Field, Json>;
  reasons: Map<Field, string>;
  blobs: Map<string, Blob>;
}

/** What this process has captured, by what masks it, folder and options. */
const captured = new WeakMap<Masking, Map<string, Promise<Gathered>>>();

/**
 * Environment of one worker. What can't be read is absent with a reason code; the call itself never rejects, and takes
 * no longer than the budget.
 */
export async function captureEnvironment(
  input: EnvironmentOptions & WorkerCode,
  masking: Masking,
): Promise<CapturedEnvironment> {
  const started = performance.now();
  const time = Date.now() / 1000;
  const elapsed = () => Math.round(performance.now() - started);
  try {
    const { plugins, workflowBundle, buildId, ...options } = input;
    const worker = workerProbe({ plugins, workflowBundle, buildId });
    const parts = [captureProcess(options, masking), runProbe(worker, probeContext(options), masking)];
    const all = gather(await Promise.all(parts));
    return { environment: buildEnvironment(all, time, elapsed()), blobs: [...all.blobs.values()] };
  } catch {
    // A working directory that is gone, an option of the wrong type: a worker starts all the same.
    const reasons = new Map((Object.keys(FIELDS) as Field[]).map((field) => [field, 'failed']));
    return { environment: buildEnvironment({ facts: new Map(), reasons }, time, elapsed()), blobs: [] };
  }
}

/** The part that all workers of a process share, read once. */
function captureProcess(options: EnvironmentOptions, masking: Masking): Promise<Gathered> {
  const key = JSON.stringify([resolve(options.cwd ?? '.'), Object.entries(options).sort()]);
  const cached = captured.get(masking) ?? new Map<string, Promise<Gathered>>();
  captured.set(masking, cached);
  const known = cached.get(key) ?? gatherProcess(options, masking);
  cached.set(key, known);
  return known;
}

/** Reads the shared part now, whatever has been read before. */
export async function gatherProcess(options: EnvironmentOptions, masking: Masking): Promise<Gathered> {
  const context = probeContext(options);
  const declared = readDeclared(context.cwd, context.env);
  const probes: Probe[] = [
    gitProbe(options.git ?? {}, declared),
    entryProbe(options.entry),
    packagesProbe(declared),
    pythonProbe(options.python),
    osPackagesProbe,
    osProbe,
    runtimeProbe,
    imageProbe(options.docker),
    variablesProbe(options.variables),
  ];
  return gather(await Promise.all(probes.map((probe) => runProbe(probe, context, masking))));
}

function probeContext(options: EnvironmentOptions): ProbeContext {
  const timeoutMs = options.timeoutMs ?? CAPTURE_TIMEOUT_MS;
  const signal = AbortSignal.timeout(timeoutMs);
  const patience = AbortSignal.timeout(Math.floor(timeoutMs * PATIENCE));
  setMaxListeners(0, signal, patience); // every call of every probe listens; they end with the capture
  return { cwd: resolve(options.cwd ?? '.'), env: process.env, signal, patience };
}

function gather(parts: readonly (Findings | Gathered)[]): Gathered {
  return {
    facts: new Map(parts.flatMap((part) => [...part.facts])),
    reasons: new Map(parts.flatMap((part) => [...part.reasons])),
    blobs: new Map(parts.flatMap((part) => [...part.blobs])),
  };
}
