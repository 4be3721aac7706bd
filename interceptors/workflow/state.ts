/**
 * The metadata state of one workflow. It lives on the workflow's own `globalThis` under one symbol. So every
 * copy of this module in a bundle (a user's ESM import next to the interceptor's CommonJS path) uses the same
 * state and the same AsyncLocalStorage. Nothing here throws on content, and nothing yields. [isolate-safe]
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

/** The most issues that are kept per scope. */
const MAX_ISSUES = 20;

/** Metadata of one scope, as an immutable copy from the moment at which it was given. */
export interface PlanScope {
  readonly fields: JsonObject;
  readonly issues: readonly MetadataIssue[];
}

/** The headers of one scope, encoded once. They are valid for the `base` that they were made with. */
export interface ScopeHeaders {
  base: PlanScope;
  activity?: Payload;
  start?: Payload;
  /** The header with only the context's key. */
  brief?: Payload;
}

/** The metadata of one workflow. `version` and `madeBy` distinguish copies of this module. */
export interface WorkflowState {
  readonly version: 1;
  /** The module that created it. A prebuilt bundle is recognised by this text. */
  readonly madeBy: string;
  /** The metadata that came with the start: from the header, else from the memo. */
  inbound: WireHeader;
  /** The plan metadata that came with the start. */
  inherited: PlanScope;
  /** The inherited plan with what `setMetadata` added. It is replaced, never changed. */
  base: PlanScope;
  /** Created at the first `withMetadata`. */
  storage?: NodeAsyncLocalStorage<PlanScope>;
  /**
   * True if the metadata that came with the start was in a header in plain text: then it may be so in other
   * headers.
   */
  clear: boolean;
  /**
   * True if the worker is known to have no payload codec: then this workflow's metadata may be in plain text in
   * headers.
   */
  plain: boolean;
  readonly headers: WeakMap<PlanScope, ScopeHeaders>;
  /** The contexts that were sent by sink. */
  readonly sent: Set<number>;
  /** Bytes of headers in this workflow task. */
  task_header_bytes: number;
  /** True while a query handler or an update's validator runs: its actions must have no later effect. */
  readOnly: boolean;
  /** True once a warning said that metadata given there has no effect. */
  warnedReadOnly: boolean;
}

const EMPTY_SCOPE: PlanScope = { fields: {}, issues: [] };

/** The workflow's state. `undefined` outside a workflow, and if the bundle lacks the interceptor module. */
export function workflowState(): WorkflowState | undefined {
  return (globalThis as { [STATE]?: WorkflowState })[STATE];
}

/**
 * Sets the state of a workflow that begins. Returns `undefined` if there is one already: the module is
 * registered twice.
 */
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

/** True while workflow code has given no metadata that applies in `scope`. */
export function isUntouched(state: WorkflowState, scope: PlanScope): boolean {
  return (
    state.base === state.inherited && scope.issues.length === 0 && Object.keys(scope.fields).length === 0
  );
}

/**
 * The innermost `withMetadata` around the caller, with the outer ones merged in; the empty scope outside any.
 */
export function currentScope(state: WorkflowState): PlanScope {
  return state.storage?.getStore() ?? EMPTY_SCOPE;
}

/** Runs `fn` with `metadata` on top of the surrounding scope. */
export function runInScope<T>(state: WorkflowState, metadata: unknown, fn: () => T): T {
  const scope = joinScopes(currentScope(state), scopeOf(metadata));
  state.storage ??= new AsyncLocalStorage<PlanScope>();
  return state.storage.run(scope, fn);
}

/** Adds `metadata` to the workflow from here on. */
export function setBaseMetadata(state: WorkflowState, metadata: unknown): void {
  state.base = joinScopes(state.base, scopeOf(metadata));
}

/** Takes the metadata that came with the start. `inClear`: it was in a header in plain text. */
export function receiveContext(state: WorkflowState, inbound: WireHeader, inClear: boolean): void {
  state.inbound = inbound;
  state.inherited = { fields: inbound.plan ?? {}, issues: inbound.issues ?? [] };
  state.base = state.inherited;
  state.clear = inClear;
  // The starter has a codec, whether or not this worker has one.
  if (inbound.sealed || inbound.opaque) state.plain = false;
}

/** Joins two scopes. Fields of the inner scope win. */
export function joinScopes(outer: PlanScope, inner: PlanScope): PlanScope {
  if (outer === EMPTY_SCOPE) return inner;
  const issues = inner.issues.length ? [...outer.issues, ...inner.issues].slice(0, MAX_ISSUES) : outer.issues;
  return { fields: { ...outer.fields, ...inner.fields }, issues };
}

/** A copy of the given metadata, or the reason why it cannot be recorded. */
function scopeOf(metadata: unknown): PlanScope {
  try {
    const scope = snapshotMetadata(metadata);
    if (JSON.stringify(scope.fields).length <= MAX_CONTEXT_LENGTH) return scope;
    const message = `is longer than ${MAX_CONTEXT_LENGTH} characters as JSON`;
    return { fields: {}, issues: [{ path: [], message }] };
  } catch (error) {
    // This is a fault of ours, not of the content. It must not cause a refusal.
    log.warn('temporal-provenance: metadata set in workflow code was lost', { error: String(error) });
    return EMPTY_SCOPE;
  }
}
