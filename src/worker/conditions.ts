/**
 * The settings of a worker that determine what is captured. They are kept with its session, so that `doctor`
 * can find faults. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { CaptureConditions } from '../model/environment';
import type { JsonObject } from '../model/json';
import type { CaptureRule } from '../options/capture-rules';
import type { ResolvedOptions } from '../options/options';
import { bundleHasModule } from './registration';

/** The conditions of a worker that is being created with these options. */
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

/** The rules by which activities leave runs. `lookup` is an activity type like any other if it has a rule. */
export function captureRules({ capture }: ResolvedOptions): { [pattern: string]: CaptureRule } {
  const { lookup, ...rules } = capture;
  const all = rules as { [pattern: string]: CaptureRule };
  return typeof lookup === 'string' || lookup === undefined ? all : { ...all, lookup: lookup as CaptureRule };
}

/**
 * The options that are kept with the session: the capture rules, which explain why an activity has no run, and
 * the places of code, config and store.
 */
export function captureDetail(options: ResolvedOptions): JsonObject {
  const places = options.places as unknown as JsonObject;
  const rules = Object.entries(captureRules(options));
  if (rules.length === 0) return { places };
  return { places, capture: rules.map(([pattern, rule]) => [pattern, rule !== false]) };
}
