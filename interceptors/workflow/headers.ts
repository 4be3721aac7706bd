/**
 * Builds the header of an activity, a child or a continued run. Small contexts travel in the header. Larger
 * ones, and those that must not be in plain text in history, are sent once by sink, and the header carries
 * their key. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import {
  contextKey,
  contextNumber,
  decodeHeader,
  type ExecutionAncestry,
  encodeHeader,
  HEADERS_MISSING,
  headerText,
  MAX_ACTIVITY_HEADER_BYTES,
  MAX_NEXUS_HEADER_BYTES,
  MAX_START_HEADER_BYTES,
  MAX_TASK_HEADER_BYTES,
  type MetadataContext,
} from '../../src/temporal/header';
import type { ContextMessage } from './sinks';
import { isUntouched, joinScopes, type PlanScope, type ScopeHeaders, type WorkflowState } from './state';

/**
 * The approximate size of a header with only a key. A header that is not longer than this is never replaced.
 */
const BRIEF_HEADER_BYTES = 96;

/** Sends a context out of the sandbox. */
type ContextSender = (message: ContextMessage) => void;

/** The inputs of a workflow's headers. */
export interface HeaderInputs {
  state: WorkflowState;
  info: WorkflowInfo;
  ancestry: ExecutionAncestry | undefined;
  send: ContextSender;
}

/**
 * The header for an activity that is scheduled in `scope`; `undefined` if the headers of this workflow task
 * have reached their limit.
 */
export function activityHeader(inputs: HeaderInputs, scope: PlanScope): Payload | undefined {
  return withinTask(inputs, scope, wholeActivityHeader(inputs, scope));
}

/** The header for a local activity. It never leaves the worker, so the limit of the task does not apply. */
export function localActivityHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  return wholeActivityHeader(inputs, scope);
}

/**
 * The header for a child or a continued run, which start with the metadata of `scope`. `undefined` if the
 * headers of this workflow task have reached their limit.
 */
export function startHeader(inputs: HeaderInputs, scope: PlanScope): Payload | undefined {
  return withinTask(inputs, scope, wholeStartHeader(inputs, scope));
}

/** The header for a child or a continued run without regard to the task's limit, and not counted in it. */
export function wholeStartHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.start ??=
    inlineHeader({ ...inputs, ancestry: undefined }, scope, MAX_START_HEADER_BYTES) ??
    keyHeader(inputs, scope);
  return cache.start;
}

/** The header for an activity without regard to the task's limit, and not counted in it. */
export function wholeActivityHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.activity ??=
    inlineHeader(inputs, scope, MAX_ACTIVITY_HEADER_BYTES) ??
    withAncestry(sendContext(inputs, scope), inputs.ancestry);
  return cache.activity;
}

/**
 * Returns the whole header until the headers of a workflow task fill half of its limit. From then on it returns
 * the key alone: thousands of keys fit into the other half. When that is full too, a sink message reports once
 * that headers are missing.
 */
function withinTask(inputs: HeaderInputs, scope: PlanScope, whole: Payload): Payload | undefined {
  const { state, info, send } = inputs;
  const spare =
    size(whole) > BRIEF_HEADER_BYTES && state.task_header_bytes + size(whole) > MAX_TASK_HEADER_BYTES / 2;
  const header = spare ? keyHeader(inputs, scope) : whole;
  if (state.task_header_bytes + size(header) <= MAX_TASK_HEADER_BYTES) {
    state.task_header_bytes += size(header);
    return header;
  }
  if (!state.sent.has(HEADERS_MISSING)) {
    state.sent.add(HEADERS_MISSING);
    send({ run_id: info.runId, n: HEADERS_MISSING, context: {} });
  }
  return undefined;
}

/** The header of a continued run. Its caller is that of the first run of its chain. */
export function ofContinuedRun({ state }: HeaderInputs, header: Payload): Payload {
  const { caller } = state.inbound;
  return caller ? encodeHeader({ ...decodeHeader(header), caller }) : header;
}

/**
 * The text for a Nexus operation. Its handler may belong to another lab with its own store, so no key is sent.
 * What must not be in plain text, or does not fit, is left out. `undefined` if the headers of this workflow
 * task have reached their limit.
 */
export function nexusHeader({ state, info }: HeaderInputs, scope: PlanScope): string | undefined {
  const caller = { namespace: info.namespace, workflow_id: info.workflowId, run_id: info.runId };
  // No key: docs/design/workflow-sandbox.md#the-header.
  const { context: _key, ...context } = contextOf(state, scope);
  const { user, sealed, opaque, plan, issues } = state.inbound;
  // What came in plain text with the start may be passed on in plain text, even if metadata of this workflow
  // may not.
  const came = state.plain || state.clear ? { user, sealed, opaque, plan, issues } : { sealed, opaque };
  const offers = mayBeInHeader(state, scope, context) ? [context, came, {}] : [came, {}];
  for (const offer of offers) {
    const text = headerText({ ...offer, caller });
    const whole = state.task_header_bytes + text.length;
    if (text.length > MAX_NEXUS_HEADER_BYTES || whole > MAX_TASK_HEADER_BYTES) continue;
    state.task_header_bytes = whole;
    return text;
  }
  return undefined;
}

function inlineHeader(inputs: HeaderInputs, scope: PlanScope, limit: number): Payload | undefined {
  const context = contextOf(inputs.state, scope);
  if (!mayBeInHeader(inputs.state, scope, context)) return undefined;
  const header = encodeHeader(inputs.ancestry ? { ...context, execution: inputs.ancestry } : context);
  return size(header) <= limit ? header : undefined;
}

/**
 * The header with only the key of the metadata in `scope`. The ancestry of the execution is left out; it is
 * also in the execution's record.
 */
export function keyHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.brief ??= encodeHeader({ context: sendContext(inputs, scope) });
  return cache.brief;
}

function withAncestry(context: string | undefined, ancestry: ExecutionAncestry | undefined): Payload {
  const header = encodeHeader({ context, execution: ancestry });
  return size(header) <= MAX_ACTIVITY_HEADER_BYTES ? header : encodeHeader({ context });
}

/** Sends the scope's context if it was not sent before, and returns its key. */
function sendContext({ state, info, send }: HeaderInputs, scope: PlanScope): string | undefined {
  const context = contextOf(state, scope);
  const keys = Object.keys(context);
  if (keys.length === 0) return undefined;
  if (keys.length === 1 && context.context) return context.context;
  const n = contextNumber(JSON.stringify(context));
  if (!state.sent.has(n)) {
    state.sent.add(n);
    send({ run_id: info.runId, n, context });
  }
  return contextKey(info.runId, n);
}

/** Returns everything that is known in `scope`. */
function contextOf(state: WorkflowState, scope: PlanScope): MetadataContext {
  const { user, sealed, opaque, context } = state.inbound;
  const plan = joinScopes(state.base, scope);
  const parts: MetadataContext = {};
  if (user) parts.user = user;
  if (sealed) parts.sealed = sealed;
  if (opaque) parts.opaque = opaque;
  if (Object.keys(plan.fields).length > 0) parts.plan = plan.fields;
  if (plan.issues.length > 0) parts.issues = [...plan.issues];
  if (context) parts.context = context;
  return parts;
}

/**
 * True if the context may be written to a header. Parts that the lab's codec encoded, and keys, are always
 * allowed. Plain text is allowed if it came in plain text in this history before. Metadata of this workflow is
 * allowed only if it is known that there is no codec.
 */
function mayBeInHeader(state: WorkflowState, scope: PlanScope, context: MetadataContext): boolean {
  // See docs/decisions/0008.
  if (state.plain || (state.clear && isUntouched(state, scope))) return true;
  return !context.user && !context.plan && !context.issues;
}

function headersOf(state: WorkflowState, scope: PlanScope): ScopeHeaders {
  const known = state.headers.get(scope);
  if (known && known.base === state.base) return known;
  const fresh: ScopeHeaders = { base: state.base };
  state.headers.set(scope, fresh);
  return fresh;
}

/** In bytes. */
function size(header: Payload): number {
  return header.data?.length ?? 0;
}
