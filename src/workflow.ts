/**
 * For workflow code: plan metadata. `withMetadata` applies inside a function, `setMetadata` from the call on.
 * Neither throws if the metadata is invalid: it is marked, and the runs that it would have described are
 * refused when they open. [isolate-safe]
 * @module
 */
import { inWorkflowContext, log } from '@temporalio/workflow';
import {
  runInScope,
  setBaseMetadata,
  type WorkflowState,
  workflowState,
} from '../interceptors/workflow/state';
import type { AsJson } from './model/json';

export type { AsJson, Json, JsonObject } from './model/json';

/**
 * Runs `fn`, and returns what it returns. `metadata` becomes plan metadata of everything that `fn` starts. It
 * is copied now, at every depth, so later changes have no effect. An inner call wins over an outer one, key by
 * key, and both win over {@link setMetadata}. Child workflows inherit it. Never throws because of `metadata`;
 * runs with invalid metadata are refused when they open.
 */
export function withMetadata<M extends object, T>(metadata: M & AsJson<M>, fn: () => T): T {
  const state = stateOrWarning('withMetadata');
  if (!state) return fn();
  let begun = false;
  const counted = () => {
    begun = true;
    return fn();
  };
  try {
    return runInScope(state, metadata, counted);
  } catch (error) {
    // An error of `fn` goes to its caller. After a fault of ours only the metadata is missing.
    if (begun) throw error;
    warnAboutFault('withMetadata', error);
    return fn();
  }
}

/**
 * Adds `metadata` to the plan metadata of this workflow from here on, also in signal and update handlers. It is
 * carried over continue-as-new, and wins key by key over earlier calls. In a query handler or an update's
 * validator it only logs a warning, because these must change nothing. Never throws because of `metadata`; runs
 * with invalid metadata are refused when they open.
 */
export function setMetadata<M extends object>(metadata: M & AsJson<M>): void {
  const state = stateOrWarning('setMetadata');
  try {
    if (state) setBaseMetadata(state, metadata);
  } catch (error) {
    warnAboutFault('setMetadata', error);
  }
}

let warned = false;

/**
 * Does nothing outside a workflow. Inside one, warns once if the module is missing, or if the code is
 * read-only.
 */
function stateOrWarning(name: string): WorkflowState | undefined {
  let state: WorkflowState | undefined;
  try {
    state = workflowState();
  } catch (error) {
    warnAboutFault(name, error);
    return undefined;
  }
  if (!state && !warned && inWorkflowContext()) {
    warned = true;
    log.warn(
      `temporal-provenance: ${name} has no effect, because this workflow bundle was built without the plugin. Pass the plugin to bundleWorkflowCode too: { plugins: [new ProvenancePlugin()] }.`,
    );
  }
  if (!state?.readOnly) return state;
  if (!state.warnedReadOnly) {
    state.warnedReadOnly = true;
    log.warn(
      `temporal-provenance: ${name} has no effect in a query handler or in the validator of an update. Set the metadata in the workflow's code, in a signal handler or in the update's handler.`,
    );
  }
  return undefined;
}

function warnAboutFault(name: string, error: unknown): void {
  if (inWorkflowContext())
    log.warn(`temporal-provenance: ${name} could not attach its metadata: ${String(error)}`);
}
