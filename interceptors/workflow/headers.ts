/**
 * Which header an activity, a child or a continued run gets. Small contexts travel in the header; what is larger, and
 * what may not stand in clear in history, goes once by sink and the header carries its key. [isolate-safe]
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

/** A header with nothing but a key is about as long; one that is no longer is never replaced by it. */
const BRIEF_HEADER_BYTES = 96;

/** Sends a context out of the sandbox. */
type ContextSender = (message: ContextMessage) => void;

/** What the headers of a workflow are made of. */
export interface HeaderInputs {
  state: WorkflowState;
  info: WorkflowInfo;
  ancestry: ExecutionAncestry | undefined;
  send: ContextSender;
}

/** Header for an activity that is scheduled in `scope`; `undefined` when the task's headers are used up. */
export function activityHeader(inputs: HeaderInputs, scope: PlanScope): Payload | undefined {
  return withinTask(inputs, scope, wholeActivityHeader(inputs, scope));
}

/** The same for a local activity: its header never leaves the worker, so the task's limit is none of its. */
export function localActivityHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  return wholeActivityHeader(inputs, scope);
}

/** Header for a child or a continued run, which start with what `scope` holds. */
export function startHeader(inputs: HeaderInputs, scope: PlanScope): Payload | undefined {
  return withinTask(inputs, scope, wholeStartHeader(inputs, scope));
}

/** The same, whatever room the task has left, and none taken. */
export function wholeStartHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.start ??=
    inlineHeader({ ...inputs, ancestry: undefined }, scope, MAX_START_HEADER_BYTES) ??
    keyHeader(inputs, scope);
  return cache.start;
}

/** Header for an activity, whatever room the task has left, and none taken. */
export function wholeActivityHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.activity ??=
    inlineHeader(inputs, scope, MAX_ACTIVITY_HEADER_BYTES) ??
    withAncestry(sendContext(inputs, scope), inputs.ancestry);
  return cache.activity;
}

/**
 * The header, as it is while half of what a workflow task may carry is free, and from then on as a key alone, of which
 * thousands fit into the other half. When that is full too, it is said once by sink that headers are missing.
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

/** The header of a continued run, which was called by whoever called the first of its chain. */
export function ofContinuedRun({ state }: HeaderInputs, header: Payload): Payload {
  const { caller } = state.inbound;
  return caller ? encodeHeader({ ...decodeHeader(header), caller }) : header;
}

/**
 * Text for a Nexus operation. Its handler may belong to another lab with a store of its own, so no key is sent: what may
 * not stand there in clear, or does not fit, is left out. `undefined` when the task's headers are used up.
 */
export function nexusHeader({ state, info }: HeaderInputs, scope: PlanScope): string | undefined {
  const caller = { namespace: info.namespace, workflow_id: info.workflowId, run_id: info.runId };
  // No key: docs/design/workflow-sandbox.md#the-header.
  const { context: _key, ...context } = contextOf(state, scope);
  const { user, sealed, opaque, plan, issues } = state.inbound;
  // What came with the start in clear may go on in clear, whatever was born here.
  const came = state.plain || state.clear ? { user, sealed, opaque, plan, issues } : { sealed, opaque };
  const offers = mayStandInHeader(state, scope, context) ? [context, came, {}] : [came, {}];
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
  if (!mayStandInHeader(inputs.state, scope, context)) return undefined;
  const header = encodeHeader(inputs.ancestry ? { ...context, execution: inputs.ancestry } : context);
  return size(header) <= limit ? header : undefined;
}

/** The key of what holds in `scope` alone. Where the execution stands is in its record as well. */
export function keyHeader(inputs: HeaderInputs, scope: PlanScope): Payload {
  const cache = headersOf(inputs.state, scope);
  cache.brief ??= encodeHeader({ context: sendContext(inputs, scope) });
  return cache.brief;
}

function withAncestry(context: string | undefined, ancestry: ExecutionAncestry | undefined): Payload {
  const header = encodeHeader({ context, execution: ancestry });
  return size(header) <= MAX_ACTIVITY_HEADER_BYTES ? header : encodeHeader({ context });
}

/** Sends the scope's context unless it was; its key. */
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

/** Everything that is known in `scope`. */
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
 * What the lab's codec made, and keys, may always; what stood in clear in this history before may again; what is born here
 * only where it is known that there is no codec.
 */
function mayStandInHeader(state: WorkflowState, scope: PlanScope, context: MetadataContext): boolean {
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
