/**
 * The environment of one worker's runs. It is read before the worker takes a task, and is complete once its
 * workflow bundle is built. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { RunEnvironment } from '../../interceptors/activity/activity';
import type { WorkerConstants } from '../../interceptors/activity/run-start';
import { lose } from '../../interceptors/loss';
import {
  CAPTURE_TIMEOUT_MS,
  captureEnvironment,
  type EnvironmentOptions,
  type Masking,
} from '../environment/capture';
import type { CapturedEnvironment } from '../model/environment';
import { withTimeout } from '../model/with-timeout';
import type { Recorder } from '../record/recorder';
import { manifestOf, workflowCode } from './manifest';
import type { SessionRecord } from './session';

/** Time in addition to the capture's own budget. Only a capture that hangs reaches it. */
const CAPTURE_GRACE_MS = 1_000;

/** The parts of a worker from which its environment is read. */
interface EnvironmentParts {
  /** Absent if the lab wants no environment. */
  options?: EnvironmentOptions;
  worker: WorkerOptions;
  /** The code of its workflow bundle; `undefined` until the SDK has built it. */
  bundleCode: () => string | undefined;
  masking: Masking;
  /** Receives the environment that runs have from then on. */
  constants: WorkerConstants;
}

/**
 * Reads the environment, and sets it for the worker's runs. Faults are counted losses: no method throws or
 * rejects.
 */
export class WorkerEnvironment implements RunEnvironment {
  readonly #parts: EnvironmentParts;
  #recorder: Recorder | undefined;
  /** The environment before the worker ran, without its bundle. Absent once the constants are complete. */
  #early: CapturedEnvironment | undefined;
  /** Resolves when the constants are complete; absent before and after. */
  #completing: Promise<void> | undefined;

  constructor(parts: EnvironmentParts) {
    this.#parts = parts;
  }

  /**
   * Reads what the workers of the process share, before a task is taken and before the code on disk can change.
   */
  async warm(recorder: Recorder): Promise<void> {
    this.#early = await this.#capture(recorder);
  }

  /**
   * The bundle, which is the last part, is known only from now on. Runs wait for it, which takes milliseconds.
   */
  begin(recorder: Recorder, session: SessionRecord): void {
    this.#recorder = recorder;
    this.#completing = this.#complete(recorder, session).finally(() => {
      this.#completing = undefined;
      this.#early = undefined; // The patches and lock files in it may be large.
    });
  }

  ready(): Promise<void> | undefined {
    return this.#completing;
  }

  useEarly(): void {
    if (!this.#early || !this.#recorder || this.#parts.constants.environment !== undefined) return;
    this.#use(this.#early, this.#recorder);
  }

  async #complete(recorder: Recorder, session: SessionRecord): Promise<void> {
    const captured = await this.#capture(recorder);
    if (captured) this.#use(captured, recorder);
    session.complete(captured?.environment);
  }

  /** Runs that open from now on have this environment. */
  #use(captured: CapturedEnvironment, recorder: Recorder): void {
    try {
      recorder.environment(captured);
      this.#parts.constants.environment = captured.environment.id;
      this.#parts.constants.code = captured.environment.code_id;
    } catch (error) {
      lose(recorder, 'environment', error);
    }
  }

  async #capture(recorder: Recorder): Promise<CapturedEnvironment | undefined> {
    const { options, worker, bundleCode, masking } = this.#parts;
    if (!options) return undefined;
    try {
      const plugins = manifestOf(worker);
      const workflowBundle = workflowCode(worker, bundleCode());
      const captured = captureEnvironment({ ...options, plugins, workflowBundle }, masking);
      return await withTimeout(captured, (options.timeoutMs ?? CAPTURE_TIMEOUT_MS) + CAPTURE_GRACE_MS);
    } catch (error) {
      lose(recorder, 'environment', error);
      return undefined;
    }
  }
}
