/**
 * A workflow interceptor module that intercepts nothing. The plugin adds it after {@link
 * module:interceptors/workflow/workflow} on a worker that has no payload codec. If the bundle has this module,
 * metadata from workflow code may be in plain text in headers, like everything else in that history.
 * [isolate-safe]
 * @module
 */
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { workflowState } from './state';

/**
 * Called by the SDK for each workflow. Notes that metadata may be in plain text in headers. Adds no
 * interceptor, and never throws.
 */
export function interceptors(): WorkflowInterceptors {
  try {
    // See docs/decisions/0008.
    const state = workflowState();
    if (state) state.plain = true;
  } catch {
    // If it cannot be noted that there is no codec, metadata is kept out of headers in plain text.
  }
  return {};
}
