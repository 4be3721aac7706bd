/**
 * One worker's session as it is recorded: its identity, its machine, and the settings of its capture. Node
 * only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import { lose } from '../../interceptors/loss';
import { ownPart } from '../environment/identity/seen';
import { processFacts } from '../environment/platform/process';
import type { CaptureConditions, Environment, WorkerSession } from '../model/environment';
import type { JsonObject } from '../model/json';
import type { LabRulesBook } from '../options/lab-rules';
import type { Recorder } from '../record/recorder';
import { newUid } from '../record/uid';
import type { Redactor } from '../redaction/redactor';
import type { SessionModules } from './session-modules';

/** The options of a worker that its session contains. */
export type SessionOptions = Pick<
  WorkerOptions,
  'taskQueue' | 'namespace' | 'identity' | 'buildId' | 'workerDeploymentOptions'
>;

/** The session of a worker that begins now, masked. */
export function beginSession(
  options: SessionOptions,
  conditions: CaptureConditions,
  captureDetail: JsonObject,
  redactor: Redactor,
): WorkerSession {
  const { host, pid, user, cwd, detail } = processFacts();
  const version = options.workerDeploymentOptions?.version;
  const given: WorkerSession = {
    session_id: newUid(),
    start_time: Date.now() / 1000,
    namespace: options.namespace ?? 'default',
    task_queue: options.taskQueue,
    identity: options.identity ?? '',
    build_id: version?.buildId ?? options.buildId,
    deployment: version?.deploymentName,
    host,
    pid,
    user,
    cwd,
    capture: conditions,
    detail: { ...detail, ...captureDetail },
  };
  return redactor.value(given as unknown as JsonObject).value as unknown as WorkerSession;
}

/** The parts with which a session is recorded. */
interface SessionParts {
  recorder: Recorder;
  rules: LabRulesBook;
  lab: string;
  /** Watches which modules are loaded meanwhile; absent if they are not watched. */
  modules?: SessionModules;
}

/**
 * Records a worker's session: when it begins, whenever there is something new, and when it ends. No method
 * throws.
 */
export class SessionRecord {
  readonly #session: WorkerSession;
  readonly #parts: SessionParts;
  #recorded = false;

  constructor(session: WorkerSession, parts: SessionParts) {
    this.#session = session;
    this.#parts = parts;
  }

  /** Called when the environment is known, or is known to be missing. */
  complete(environment: Environment | undefined): void {
    this.#recorded = true;
    this.#safely(() => {
      if (!environment) return;
      this.#session.environment = environment.id;
      this.#session.captured = ownPart(environment);
    });
    this.#record();
    this.#safely(() => this.#parts.modules?.watch(this.#session, () => this.#record()));
  }

  /** Called if the settings have changed since the worker was created. */
  note(conditions: CaptureConditions): void {
    this.#session.capture = conditions;
    if (this.#recorded) this.#record();
  }

  /** Called when the worker has ended. */
  end(): void {
    this.#safely(() => this.#parts.modules?.end(this.#session));
    this.#record({ stop_time: Date.now() / 1000 });
  }

  /** The rules are kept as a content, which many sessions share. */
  #record(more: Pick<WorkerSession, 'stop_time'> = {}): void {
    const { recorder, rules: book, lab } = this.#parts;
    this.#safely(() => {
      const rules = book.contentOf(lab);
      recorder.session(
        { ...this.#session, ...more, ...(rules && { rules: rules.digest }) },
        rules && [rules],
      );
    });
  }

  #safely(part: () => void): void {
    try {
      part();
    } catch (error) {
      lose(this.#parts.recorder, 'session', error);
    }
  }
}
