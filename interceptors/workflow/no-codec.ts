/**
 * A workflow interceptor module that intercepts nothing. The plugin adds it after {@link module:interceptors/workflow/workflow} on a
 * worker that has no payload codec: its presence in the bundle is how the sandbox knows that what is given in workflow
 * code may stand in a header in clear, as everything else in that history does. [isolate-safe]
 * @module
 */
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { workflowState } from './state';

/**
 * Called by the SDK for each workflow: says that metadata may stand in headers in clear. Adds no interceptor, and
 * never throws.
 */
export function interceptors(): WorkflowInterceptors {
  try {
    // See docs/decisions/0008.
    const state = workflowState();
    if (state) state.plain = true;
  } catch {
    // Without the word that there is no codec, metadata is withheld from headers in clear.
  }
  return {};
}
