/**
 * What runs of one execution and scope share, built once. An activity reuses it if its header has the same
 * bytes as the previous one in the same execution. Node only.
 * @module
 */
import type { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Headers, Payload } from '@temporalio/common';
import { RecentMap } from '../../src/store/recent-map';
import { HEADER_NAME } from '../../src/temporal/header';
import { bytesBeforeLineage } from '../../src/temporal/lineage-header';
import type { MetadataResolver, ResolveRequest } from './metadata-resolver';
import { type ExecutionConstants, executionConstants } from './run-start';

/** Limit for the remembered executions: the bytes of their headers and arguments together. */
const MAX_REMEMBERED_BYTES = 16_777_216;

/** Bytes that an entry takes in addition to its header and arguments. */
const ENTRY_COST = 1024;

/**
 * How long runs of an execution wait for one look-up, in ms. A look-up that takes longer is given up, and the
 * next run starts another.
 */
export const LOOKUP_LIMIT_MS = 5_000;

interface Remembered {
  bytes: Uint8Array | undefined;
  constants: ExecutionConstants | Promise<ExecutionConstants>;
  /** Time of the request by the process's monotonic clock, in ms. */
  since_ms: number;
}

/** What the runs of each execution and scope share, remembered up to a limit. */
export class ExecutionScopes {
  readonly #resolver: MetadataResolver;
  readonly #remembered = new RecentMap<Remembered>(MAX_REMEMBERED_BYTES);

  constructor(resolver: MetadataResolver) {
    this.#resolver = resolver;
  }

  /** Usually returns the value at once, because everything is in memory. A returned promise never rejects. */
  constantsFor(context: Context, headers: Headers): ExecutionConstants | Promise<ExecutionConstants> {
    const header = headers[HEADER_NAME];
    const runId = context.info.workflowExecution?.runId;
    const before = runId === undefined ? undefined : this.#remembered.get(runId);
    if (before && sameBytes(before.bytes, contextBytes(header)) && !isGivenUp(before))
      return before.constants;
    const resolved = this.#resolver.resolve(requestOf(context, header));
    if (!(resolved instanceof Promise)) {
      const constants = executionConstants(context.info, resolved);
      if (runId !== undefined) this.#remember(runId, header, constants);
      return constants;
    }
    const constants = resolved.then((value) => {
      const made = executionConstants(context.info, value);
      if (runId !== undefined) {
        if (value.incomplete) this.forget(runId);
        else this.#remember(runId, header, made);
      }
      return made;
    });
    if (runId !== undefined) {
      this.#remember(runId, header, constants);
      // A failure affects only this activity: the next one looks up again.
      constants.catch(() => this.forget(runId));
    }
    return constants;
  }

  /** Returns what the header alone contains. It is not remembered, since the rest may still arrive. */
  constantsAtHand(context: Context, headers: Headers, why: string): ExecutionConstants {
    const request = requestOf(context, headers[HEADER_NAME]);
    return executionConstants(context.info, this.#resolver.atHand(request, why));
  }

  /** Never throws: a value that is not remembered is looked up again. */
  #remember(runId: string, header: Payload | undefined, constants: Remembered['constants']): void {
    const since_ms = performance.now();
    try {
      // Copied, because the header is a view of the activity's whole task and would keep the task in memory.
      const own = contextBytes(header);
      const bytes = own && Uint8Array.prototype.slice.call(own);
      const cost = ENTRY_COST + (bytes?.length ?? 0) + argsLength(constants);
      this.#remembered.set(runId, { bytes, constants, since_ms }, cost);
    } catch {
      this.forget(runId);
    }
  }

  /** Called when an execution has closed. Never throws, because nothing awaits the call. */
  forget(runId: string): void {
    try {
      this.#remembered.delete(runId);
    } catch {
      // Ignored: a pending promise is given up after {@link LOOKUP_LIMIT_MS}.
    }
  }
}

/** Returns the bytes of a header that all activities of a scope have in common. */
function contextBytes(header: Payload | undefined): Uint8Array | undefined {
  return header?.data ? bytesBeforeLineage(header.data) : undefined;
}

function argsLength(constants: Remembered['constants']): number {
  if (constants instanceof Promise || !constants.resolved.args) return 0;
  return JSON.stringify(constants.resolved.args).length;
}

function isGivenUp({ constants, since_ms }: Remembered): boolean {
  return constants instanceof Promise && performance.now() - since_ms > LOOKUP_LIMIT_MS;
}

function requestOf(context: Context, header: Payload | undefined): ResolveRequest {
  const { namespace, workflowExecution } = context.info;
  return {
    header,
    execution: workflowExecution && {
      namespace,
      workflow_id: workflowExecution.workflowId,
      run_id: workflowExecution.runId,
    },
    client: () => clientOf(context),
  };
}

/** The worker's client; `undefined` in a mock environment that has none. */
function clientOf(context: Context): Client | undefined {
  try {
    return context.client;
  } catch {
    return undefined;
  }
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
