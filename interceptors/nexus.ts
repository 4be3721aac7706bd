/**
 * The Nexus interceptors. The header that the caller of an operation sent applies to the operation's code. So
 * the workflow that it starts through the worker's client carries the caller's metadata and the caller's
 * identity. A synchronous operation leaves no run of its own. Nothing here throws into the operation. Node
 * only.
 * @module
 */
import type { NexusInboundCallsInterceptor, NexusInterceptorsFactory } from '@temporalio/worker';
import type { ExecutionAddress, MetadataIssue } from '../src/model/documents';
import { isJsonObject } from '../src/model/json';
import { type CarriedContext, runCarrying } from '../src/temporal/client-context';
import { HEADER_NAME, readHeaderText } from '../src/temporal/header';

const NEXUS_MARK = Symbol.for('temporal-provenance.nexus-interceptor');

/** Creates the factory of a worker. */
export function nexusInterceptors(): NexusInterceptorsFactory {
  const inbound: NexusInboundCallsInterceptor = {
    startOperation(input, next) {
      const carried = carriedBy(input.ctx.headers);
      return carried ? runCarrying(carried, () => next(input)) : next(input);
    },
  };
  const factory: NexusInterceptorsFactory = () => ({ inbound });
  return Object.defineProperty(factory, NEXUS_MARK, { value: true });
}

/** True if the list already has our factory. */
export function hasNexusMark(list: readonly NexusInterceptorsFactory[] | undefined): boolean {
  return list?.some((factory) => NEXUS_MARK in factory) ?? false;
}

/** The context that the caller sent; `undefined` if it cannot be read. */
function carriedBy(headers: Record<string, string> | undefined): CarriedContext | undefined {
  const header = readHeaderText(headers?.[HEADER_NAME]);
  if (!header) return undefined;
  const { user, sealed, opaque, plan, issues, caller } = header;
  const carried: CarriedContext = {};
  if (isJsonObject(user)) carried.user = user;
  if (sealed) carried.sealed = sealed;
  if (opaque) carried.opaque = opaque;
  if (isJsonObject(plan)) carried.plan = plan;
  const faults = Array.isArray(issues) ? issues.filter(isIssue) : [];
  if (faults.length > 0) carried.issues = faults;
  const address = callerAddress(caller);
  if (address) carried.caller = address;
  return Object.keys(carried).length > 0 ? carried : undefined;
}

function isIssue(value: unknown): value is MetadataIssue {
  return isJsonObject(value) && Array.isArray(value.path) && typeof value.message === 'string';
}

/** An address of three names and nothing else: it came from another namespace, perhaps another lab. */
function callerAddress(caller: unknown): ExecutionAddress | undefined {
  if (!isJsonObject(caller)) return undefined;
  const { namespace, workflow_id, run_id } = caller;
  const texts = [namespace, workflow_id, run_id].every((text) => typeof text === 'string' && text !== '');
  return texts ? ({ namespace, workflow_id, run_id } as unknown as ExecutionAddress) : undefined;
}
