/**
 * Environment and worker session as they are stored. [isolate-safe]
 * @module
 */
import type { JsonObject } from './json';

/** How far an environment can be restored. `missing` lists what prevents it. */
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
 * The code and the system that it runs on, content-addressed and shared by many runs. The id is computed over
 * `identity`. `detail` is not part of it (branch, remote, digests as found, reasons for what is absent).
 */
export interface Environment {
  /** `sha256:<hex>` of the RFC 8785 JSON of `identity`. */
  id: string;
  /** `sha256:<hex>` over the part of `identity` that needs no Docker engine. */
  code_id: string;
  /** The facts that define the id. */
  identity: JsonObject;
  /** Further facts, which do not change the id. */
  detail: JsonObject;
  /** Reason codes of fields without a value: `{'git.branch': 'detached'}`. */
  reasons: { [field: string]: string };
  restorable: Restorability;
  /** When it was captured (UNIX seconds) and how long that took (milliseconds). */
  captured_time: number;
  /** Duration of the capture, in milliseconds. */
  duration_ms: number;
}

/** The result of the capture: the environment and the contents to which it refers. */
export interface CapturedEnvironment {
  environment: Environment;
  blobs: Blob[];
}

/**
 * The means by which the values of a run are followed. `sandbox`: its workflow's sandbox reports the data flow.
 * `values`: the workflow has no module of ours, and equal strings are compared. The others mean that values are
 * not followed. `start_too_large`: the input of the execution is too large to be compared. `start_unread`: its
 * first event was not read (`capture.lookup`, or the server was unavailable).
 */
export type DataFlowMeans = 'sandbox' | 'values' | 'start_too_large' | 'start_unread';

/** How values were followed in one worker's runs, as reported by the worker's activities and its sandbox. */
export interface DataFlow {
  /** Number of runs of workflows' activities, by means. */
  runs: { [means in DataFlowMeans]?: number };
  /** Why the sandbox cannot recognise objects by identity and follows only strings, as a part of a sentence. */
  sandbox_lacks?: string;
}

/**
 * The settings of a worker that determine what is captured. Source: the plugin, when the worker was created.
 */
export interface CaptureConditions {
  lab: string;
  /** True if the workflow bundle has our module; absent for a worker without workflows. */
  workflow_module?: boolean;
  /** How often the plugin was given to this worker; it should be once. */
  registered: number;
  /** `on` if first history events are read when the module is missing. */
  lookup: 'on' | 'off';
  /** True if the code environment is captured. */
  environment: boolean;
  /** The means by which values are followed from run to run; absent until a workflow's activity has run. */
  data_flow?: DataFlow;
  /**
   * Set if another plugin replaced our interceptors, or dropped the list of plugins. `after`: names of the
   * plugins that come after ours.
   */
  other_plugins?: { did: 'replaced' | 'dropped'; after: string[] };
}

/**
 * The state of the spool, the folder for records that the store cannot take, as the worker sees it. Source: the
 * worker's test of the folder.
 */
export interface SpoolState {
  folder: string;
  usable: boolean;
  /** Why the spool cannot be used. */
  reason?: string;
  /** Bytes that wait in the spool, of all processes. */
  waiting_bytes: number;
  /** UNIX seconds when the oldest waiting part was begun. */
  oldest_time?: number;
  /** Records that were dropped for lack of room, of all processes. */
  dropped: number;
  /** The time of this state (UNIX seconds). */
  time: number;
}

/** What one session saw of its environment in addition to the identity, which others share. */
export interface SessionCapture
  extends Pick<Environment, 'detail' | 'reasons' | 'restorable' | 'captured_time' | 'duration_ms'> {
  /** Id of the environment to which this belongs. */
  environment: string;
}

/** A code file that a process loaded after its environment was captured. */
export interface LoadedLater extends JsonObject {
  path: string;
  /** Null if the file could not be read. */
  sha256: string | null;
}

/** The life of one worker. Diagnostic facts are here, not in the environment. */
export interface WorkerSession {
  session_id: string;
  /** When the worker began, UNIX seconds. */
  start_time: number;
  /** When the worker ended, UNIX seconds; absent if it runs or was killed. */
  stop_time?: number;
  namespace: string;
  task_queue: string;
  /** The worker's identity in Temporal. */
  identity: string;
  build_id?: string;
  deployment?: string;
  host: string;
  pid: number;
  /** The operating system's user; absent if it has no name. */
  user?: string;
  /** Working directory of the process. */
  cwd: string;
  /** Id of its environment; absent if it was not captured. */
  environment?: string;
  captured?: SessionCapture;
  /** Files of the lab's own code that were loaded while it ran, ≤ 200. */
  loaded_later?: LoadedLater[];
  capture?: CaptureConditions;
  /** Digest of its lab's rules, under which they are kept; absent if the lab has none. */
  rules?: string;
  /** The last reported state. The worker reports it when it begins, after an outage, and at its end. */
  spool?: SpoolState;
  /** Container id, cpu model, kernel, memory, SDK and plugin versions, … */
  detail: JsonObject;
}
