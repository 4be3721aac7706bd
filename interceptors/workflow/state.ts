/**
 * What one workflow knows about its metadata. It lives on the workflow's own `globalThis` under one symbol, so that
 * every copy of this module in a bundle (a user's ESM import beside the interceptor's CommonJS path) sees the same state
 * and the same AsyncLocalStorage. Nothing here throws on content, and nothing yields. [isolate-safe]
 * @module
 */
import type { AsyncLocalStorage as NodeAsyncLocalStorage } from 'node:async_hooks';
import type { Payload } from '@temporalio/common';
import { AsyncLocalStorage, log } from '@temporalio/workflow';
import { snapshotMetadata } from '../../src/metadata/snapshot';
import type { MetadataIssue } from '../../src/model/documents';
import type { JsonObject } from '../../src/model/json';
import { MAX_CONTEXT_LENGTH, type WireHeader } from '../../src/temporal/header';

const STATE = Symbol.for('temporal-provenance');

/** Most issues that are kept per scope. */
const MAX_ISSUES = 20;

/** Metadata of one scope, snapshotted when it was given; immutable. */
export interface PlanScope {
  readonly fields: JsonObject;
  readonly issues: readonly MetadataIssue[];
}

/** Headers of one scope, encoded once. Belongs to the `base` it was made with. */
export interface ScopeHeaders {
  base: PlanScope;
  activity?: Payload;
  start?: Payload;
  /** Nothing but the context's key. */
  brief?: Payload;
}

/** The metadata of one workflow. `version` and `madeBy` tell copies of this module apart. */
export interface WorkflowState {
  readonly version: 1;
  /** Which module made it; the text is how a prebuilt bundle is recognised. */
  readonly madeBy: string;
  /** What came with the start: header, else memo. */
  inbound: WireHeader;
  /** The plan that came with it. */
  inherited: PlanScope;
  /** The same and what `setMetadata` added; replaced, never changed. */
  base: PlanScope;
  /** Made at the first `withMetadata`. */
  storage?: NodeAsyncLocalStorage<PlanScope>;
  /** What came with the start stood in a header in clear, so that it may stand in others. */
  clear: boolean;
  /** It is known that the worker has no payload codec: what is born here may stand in a header in clear. */
  plain: boolean;
  readonly headers: WeakMap<PlanScope, ScopeHeaders>;
  /** Contexts that were sent by sink. */
  readonly sent: Set<number>;
  /** Bytes of headers in this workflow task. */
  task_header_bytes: number;
  /** A query handler or an update's validator runs: nothing that it does may be seen later. */
  readOnly: boolean;
  /** It was said that metadata given there has no effect. */
  warnedReadOnly: boolean;
}

const EMPTY_SCOPE: PlanScope = { fields: {}, issues: [] };

/** The workflow's state; `undefined` outside a workflow and where the bundle lacks the interceptor module. */
export function workflowState(): WorkflowState | undefined {
  return (globalThis as { [STATE]?: WorkflowState })[STATE];
}

/** Sets the state of a workflow that begins. `undefined` when there is one already: the module is registered twice. */
export function beginWorkflowState(madeBy: string): WorkflowState | undefined {
  if (workflowState()) return undefined;
  const state: WorkflowState = {
    version: 1,
    madeBy,
    inbound: { v: 1 },
    inherited: EMPTY_SCOPE,
    base: EMPTY_SCOPE,
    clear: false,
    plain: false,
    headers: new WeakMap(),
    sent: new Set(),
    task_header_bytes: 0,
    readOnly: false,
    warnedReadOnly: false,
  };
  // On globalThis, since a bundle may hold two copies of this module: docs/design/workflow-sandbox.md#in-the-sandbox.
  Object.defineProperty(globalThis, STATE, {
    value: state,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return state;
}

/** True while workflow code has given nothing that holds in `scope`. */
export function isUntouched(state: WorkflowState, scope: PlanScope): boolean {
  return (
    state.base === state.inherited && scope.issues.length === 0 && Object.keys(scope.fields).length === 0
  );
}

/** The innermost `withMetadata` around the caller, outer ones merged in; the empty scope outside any. */
export function currentScope(state: WorkflowState): PlanScope {
  return state.storage?.getStore() ?? EMPTY_SCOPE;
}

/** Runs `fn` with `metadata` over what surrounds it. */
export function runInScope<T>(state: WorkflowState, metadata: unknown, fn: () => T): T {
  const scope = joinScopes(currentScope(state), scopeOf(metadata));
  state.storage ??= new AsyncLocalStorage<PlanScope>();
  return state.storage.run(scope, fn);
}

/** Adds `metadata` to the workflow from here on. */
export function setBaseMetadata(state: WorkflowState, metadata: unknown): void {
  state.base = joinScopes(state.base, scopeOf(metadata));
}

/** Takes what came with the start. `inClear`: it stood in a header as it is. */
export function receiveContext(state: WorkflowState, inbound: WireHeader, inClear: boolean): void {
  state.inbound = inbound;
  state.inherited = { fields: inbound.plan ?? {}, issues: inbound.issues ?? [] };
  state.base = state.inherited;
  state.clear = inClear;
  // Whoever started it has a codec, whatever this worker has.
  if (inbound.sealed || inbound.opaque) state.plain = false;
}

/** Inner fields win. */
export function joinScopes(outer: PlanScope, inner: PlanScope): PlanScope {
  if (outer === EMPTY_SCOPE) return inner;
  const issues = inner.issues.length ? [...outer.issues, ...inner.issues].slice(0, MAX_ISSUES) : outer.issues;
  return { fields: { ...outer.fields, ...inner.fields }, issues };
}

/** A copy of what was given, or why it can't be recorded. */
function scopeOf(metadata: unknown): PlanScope {
  try {
    const scope = snapshotMetadata(metadata);
    if (JSON.stringify(scope.fields).length <= MAX_CONTEXT_LENGTH) return scope;
    const message = `is longer than ${MAX_CONTEXT_LENGTH} characters as JSON`;
    return { fields: {}, issues: [{ path: [], message }] };
  } catch (error) {
    // A fault of ours, not of the content: nobody is refused for it.
    log.warn('temporal-provenance: metadata given in workflow code was lost', { error: String(error) });
    return EMPTY_SCOPE;
  }
}
