/**
 * How a worker is set up, as far as it decides what is captured of it: kept with its session, so that `doctor` can tell
 * what is amiss. Node only.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { CaptureConditions } from '../model/environment';
import type { JsonObject } from '../model/json';
import type { CaptureRule } from '../options/capture-rules';
import type { ResolvedOptions } from '../options/options';
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

/** The rules by which activities leave runs; `lookup` is an activity type like any other when it is given a rule. */
export function captureRules({ capture }: ResolvedOptions): { [pattern: string]: CaptureRule } {
  const { lookup, ...rules } = capture;
  const all = rules as { [pattern: string]: CaptureRule };
  return typeof lookup === 'string' || lookup === undefined ? all : { ...all, lookup: lookup as CaptureRule };
}

/**
 * What is kept of it with the session: those rules, for those who wonder why an activity has no run, and where code, config
 * and store were found.
 */
export function captureDetail(options: ResolvedOptions): JsonObject {
  const places = options.places as unknown as JsonObject;
  const rules = Object.entries(captureRules(options));
  if (rules.length === 0) return { places };
  return { places, capture: rules.map(([pattern, rule]) => [pattern, rule !== false]) };
}
