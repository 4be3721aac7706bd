/**
 * One worker's session as it is told to the store: who it is, where it runs, and how its capture was set up. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import { processFacts } from '../environment/process';
import type { CaptureConditions, WorkerSession } from '../model/environment';
import type { JsonObject } from '../model/json';
import { newUid } from '../record/uid';
import type { Redactor } from '../redaction/redactor';

/** A worker's options, as far as its session tells of them. */
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
