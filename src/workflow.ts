/**
 * For workflow code: metadata given by the plan. `withMetadata` holds inside a function, `setMetadata` from here on.
 * Neither throws on what it is given: content that can't be recorded is marked, and the runs it would have described
 * are refused where they open. [isolate-safe]
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
 * Runs `fn`, and everything it starts, with `metadata` as plan metadata, as it is now: it is copied, at every depth. An
 * inner call wins over an outer one, and both over {@link setMetadata}; child workflows inherit. Returns what `fn` returns.
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
    // What `fn` throws is its caller's; a fault of ours only costs the metadata.
    if (begun) throw error;
    warnAboutFault('withMetadata', error);
    return fn();
  }
}

/**
 * Adds `metadata` to the plan metadata of this workflow from here on, in signal and update handlers too. It is carried
 * over continue-as-new, and wins key by key over what an earlier call gave. In a query handler and in the validator of an
 * update, which change nothing, it has no effect but a warning.
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

/** Outside a workflow there is nothing to add to; in one, the missing module is worth a word, and so is read-only code. */
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
      `temporal-provenance: ${name} has no effect, this workflow bundle was made without the plugin. Pass it to bundleWorkflowCode as well: { plugins: [new ProvenancePlugin()] }.`,
    );
  }
  if (!state?.readOnly) return state;
  if (!state.warnedReadOnly) {
    state.warnedReadOnly = true;
    log.warn(
      `temporal-provenance: ${name} has no effect in a query handler or in the validator of an update: they change nothing. Give the metadata in the workflow's own code, in a signal handler or in the update's handler.`,
    );
  }
  return undefined;
}

function warnAboutFault(name: string, error: unknown): void {
  if (inWorkflowContext())
    log.warn(`temporal-provenance: ${name} could not give its metadata to anything: ${String(error)}`);
}
