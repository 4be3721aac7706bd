/**
 * How a worker is set up, as far as it decides what is captured of it: kept with its session, so that `doctor` can tell
 * what is amiss. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { CaptureConditions } from './model/environment';
import type { ResolvedOptions } from './options';
import { bundleHasModule } from './registration';

/** Of a worker that is being made with these options. */
export function captureConditions(
  { capture, environment }: ResolvedOptions,
  { workflowBundle, workflowsPath }: WorkerOptions,
  lab: string,
): CaptureConditions {
  const conditions: CaptureConditions = {
    lab,
    registered: 1,
    lookup: capture.lookup === 'off' ? 'off' : 'on',
    environment: environment !== false,
  };
  if (workflowBundle) conditions.workflow_module = bundleHasModule(workflowBundle);
  else if (workflowsPath) conditions.workflow_module = true;
  return conditions;
}
