/**
 * What is the same for every run of a worker, as far as its options determine it. Node only.
 * @module
 */
import { hostname } from 'node:os';
import type { WorkerOptions } from '@temporalio/worker';
import type { WorkerConstants } from '../../interceptors/activity/run-start';
import { ProvenanceError } from '../errors';
import type { ResolvedOptions } from '../options/options';
import { LAB_NAME } from '../options/schema';

/** @throws ProvenanceError `OPTION_INVALID` if the lab's function returns no name, or throws */
export function initialConstants(options: ResolvedOptions, worker: WorkerOptions): WorkerConstants {
  return {
    lab: labOf(options, worker),
    worker: { host: hostname() },
    stash_at: options.stashAt,
    share_scan_id: options.scanId === 'activity' || options.scanId === 'execution' ? options.scanId : false,
  };
}

/** @throws ProvenanceError `OPTION_INVALID` if the function returns no name, or throws */
export function labOf({ lab = 'default' }: ResolvedOptions, worker: WorkerOptions): string {
  if (typeof lab !== 'function') return lab;
  const fail = (what: string, cause?: unknown): never => {
    const message = `ProvenancePlugin: option lab ${what} for task queue '${worker.taskQueue}'.`;
    throw new ProvenanceError('OPTION_INVALID', message, { cause });
  };
  let name: unknown;
  try {
    name = lab({ namespace: worker.namespace ?? 'default', taskQueue: worker.taskQueue });
  } catch (cause) {
    fail('threw', cause);
  }
  return typeof name === 'string' && LAB_NAME.test(name) ? name : fail('gave no name');
}
