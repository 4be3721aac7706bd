/**
 * Environment and worker session as they are stored. [isolate-safe]
 * @module
 */
import type { JsonObject } from './json';

/** How far an environment can be built again; `missing` names what stands in the way. */
export interface Restorability {
  level: 'full' | 'source' | 'partial';
  missing: string[];
}

/** A content that is kept once under its digest: patch, package list, lock file. */
export interface Blob {
  /** `sha256:<hex>` of the bytes. */
  digest: string;
  /** IANA media type, e.g. `text/x-diff`. */
  media_type: string;
  bytes: Uint8Array;
}

/**
 * The code and what it runs on, content-addressed and shared by many runs. `identity` is what the id is computed
 * over; `detail` is kept beside it (branch, remote, digests as found, reasons for what is absent).
 */
export interface Environment {
  /** `sha256:<hex>` of RFC 8785 JSON of `identity`. */
  id: string;
  /** `sha256:<hex>` over the part of `identity` that needs no Docker engine. */
  code_id: string;
  identity: JsonObject;
  detail: JsonObject;
  /** Reason codes of probes that gave nothing: `{'git.branch': 'detached'}`. */
  reasons: { [field: string]: string };
  restorable: Restorability;
  /** When it was captured (UNIX seconds) and how long that took. */
  captured_time: number;
  duration_ms: number;
}

/** What capture returns: the environment and the contents it refers to. */
export interface CapturedEnvironment {
  environment: Environment;
  blobs: Blob[];
}

/**
 * By which means the values of a run are followed. `sandbox`: its workflow's sandbox says what flows. `values`: the workflow has no module
 * of ours, and equal strings are compared. Else not at all: what the execution was given is too large to be compared with, or its first
 * event was not read (`capture.lookup`, a server that could not be asked).
 */
export type DataFlowMeans = 'sandbox' | 'values' | 'start_too_large' | 'start_unread';

/** How values were followed in one worker's runs. Source: the worker's activities, and its sandbox. */
export interface DataFlow {
  /** Runs of activities of workflows, by means. */
  runs: { [means in DataFlowMeans]?: number };
  /** What keeps its sandbox from telling objects apart by identity, so that it follows strings alone: a clause. */
  sandbox_lacks?: string;
}

/** How a worker was set up, as far as it decides what is captured. Source: the plugin, when the worker was made. */
export interface CaptureConditions {
  lab: string;
  /** The workflow bundle has our module; absent for a worker without workflows. */
  workflow_module?: boolean;
  /** How often the plugin was given to this worker; once is enough. */
  registered: number;
  /** Whether first history events are read where the module is missing. */
  lookup: 'on' | 'off';
  /** Whether the code environment is captured. */
  environment: boolean;
  /** By which means values are followed from run to run; absent until a workflow's activity has run. */
  data_flow?: DataFlow;
  /** Another plugin replaced our interceptors, or dropped the list of plugins; names of those that come after ours. */
  other_plugins?: { did: 'replaced' | 'dropped'; after: string[] };
}

/** The folder where a worker keeps records that the store does not take, as the worker knows it. Source: the worker, tried and read. */
export interface SpoolState {
  folder: string;
  usable: boolean;
  /** Why it can't be used. */
  reason?: string;
  /** In it, of all processes. */
  waiting_bytes: number;
  /** UNIX seconds when the oldest of that was begun. */
  oldest_time?: number;
  /** Records that had no room, of all processes. */
  dropped: number;
  /** When this was so (UNIX seconds). */
  time: number;
}

/** What one session saw of its environment beside the identity, which others share. */
export interface SessionCapture
  extends Pick<Environment, 'detail' | 'reasons' | 'restorable' | 'captured_time' | 'duration_ms'> {
  /** Id of the environment that this is of. */
  environment: string;
}

/** A code file that a process loaded after its environment was captured. */
export interface LoadedLater extends JsonObject {
  path: string;
  /** Null where the file could not be read. */
  sha256: string | null;
}

/** One worker's life. Diagnostic facts live here, not in the environment. */
export interface WorkerSession {
  session_id: string;
  start_time: number;
  stop_time?: number;
  namespace: string;
  task_queue: string;
  identity: string;
  build_id?: string;
  deployment?: string;
  host: string;
  pid: number;
  user?: string;
  cwd: string;
  environment?: string;
  captured?: SessionCapture;
  /** Files of the lab's own code that were loaded while it ran, ≤ 200. */
  loaded_later?: LoadedLater[];
  capture?: CaptureConditions;
  /** Digest of the rules of its lab, a content kept by it; absent where the lab has none. */
  rules?: string;
  /** As it last told of it: when it began, after an outage, and at its end. */
  spool?: SpoolState;
  /** Container id, cpu model, kernel, memory, SDK and plugin versions, … */
  detail: JsonObject;
}
