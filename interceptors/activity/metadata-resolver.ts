/**
 * Resolves an activity's header to the metadata layers of its run. The worker's codecs open sealed metadata,
 * and keys are followed to the contexts that they name. What the sandbox could not check is checked here, once
 * per execution and scope. Never rejects: what could not be read is reported. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Json } from '../../src/model/json';
import type { Recorder } from '../../src/record/recorder';
import {
  type CheckedLayers,
  type ContextSource,
  checkedLayers,
  storedContext,
  wholeContext,
} from '../../src/temporal/contexts';
import {
  contextKey,
  decodeHeader,
  type ExecutionAncestry,
  HEADERS_MISSING,
  type MetadataContext,
  parseContextKey,
  type SealedPayload,
} from '../../src/temporal/header';
import { unseal } from '../../src/temporal/sealing';
import { type Executions, type KnownExecution, knownExecution, sizeOfFacts } from './executions';
import type { FirstEvents } from './first-event';

/**
 * Another worker's context may appear in the store some time after the workflow's task. The store is queried
 * again after these delays, in ms.
 */
const CONTEXT_RETRY_MS = [2, 5, 10, 20, 40, 80];

/** What an execution gives to the runs of one scope. */
export interface ResolvedMetadata extends CheckedLayers {
  /** Absent if the ancestry is unknown. */
  ancestry?: ExecutionAncestry;
  /** Arguments of the workflow. */
  args?: Json[];
  /**
   * As in {@link KnownExecution}. Set only for an activity without our header, whose workflow lacks our module.
   */
  inbound?: KnownExecution['inbound'];
  /** Why something that was sent could not be read. */
  incomplete?: string;
}

interface ResolverParts {
  recorder: Recorder;
  executions: Executions;
  codecs: readonly PayloadCodec[];
  /** If absent, histories are not read. */
  firstEvents?: FirstEvents;
}

/** The execution in question, and the client that can query the server. */
export interface ResolveRequest {
  header: Payload | undefined;
  /** Absent for standalone activities. */
  execution?: { namespace: string; workflow_id: string; run_id: string };
  client: () => Client | undefined;
}

/** Finds the metadata that came with an execution or with a scope in it. */
export class MetadataResolver {
  readonly #parts: ResolverParts;
  readonly #contexts: ContextSource;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
    this.#contexts = new WorkerContexts(parts);
  }

  /** Usually returns the value at once, because everything is in memory. */
  resolve(request: ResolveRequest): ResolvedMetadata | Promise<ResolvedMetadata> {
    const header = request.header && decodeHeader(request.header);
    const facts = request.execution && this.#parts.executions.get(request.execution.run_id);
    if (header && (facts || !request.execution)) {
      if (!header.sealed && !header.opaque && !header.context) {
        return judged(header, { ancestry: header.execution ?? facts?.ancestry, args: facts?.args });
      }
    }
    return this.#resolveLater(request, header, facts);
  }

  /** Returns what is known without a query, if the answer is late: the plain-text part of the header. */
  atHand(request: ResolveRequest, why: string): ResolvedMetadata {
    const header = request.header && decodeHeader(request.header);
    const facts = request.execution && this.#parts.executions.get(request.execution.run_id);
    const known = judged(header ?? {}, { ancestry: header?.execution ?? facts?.ancestry, args: facts?.args });
    const whole = header && !header.sealed && !header.opaque && !header.context;
    return whole ? known : { ...known, incomplete: why };
  }

  async #resolveLater(
    request: ResolveRequest,
    header: (MetadataContext & { execution?: ExecutionAncestry }) | undefined,
    known: KnownExecution | undefined,
  ): Promise<ResolvedMetadata> {
    const trouble: string[] = [];
    const report = (text: string): void => {
      trouble.push(text);
    };
    const whole = known?.start || header ? known : undefined;
    const [found] = await Promise.all([
      whole ?? this.#findFacts(request, header !== undefined, report),
      header ? undefined : this.#missHeader(request, report),
    ]);
    const facts = found ?? known;
    if (!header && facts?.incomplete) report(facts.incomplete);
    const context = header ?? facts?.start;
    const expanded = context ? await this.#expand(context, report) : {};
    const resolved = judged(expanded, {
      ancestry: header?.execution ?? facts?.ancestry,
      args: facts?.args,
      ...(!header && facts?.inbound && { inbound: facts.inbound }),
    });
    return trouble.length > 0 ? { ...resolved, incomplete: trouble.join('; ') } : resolved;
  }

  /**
   * Finds the facts of an execution that this process has not seen. If there is a header, the first event is
   * needed only for the arguments.
   */
  async #findFacts(
    request: ResolveRequest,
    hasHeader: boolean,
    report: (text: string) => void,
  ): Promise<KnownExecution | undefined> {
    const { recorder, executions, firstEvents } = this.#parts;
    const address = request.execution;
    if (!address) return undefined;
    try {
      const stored = hasHeader ? await recorder.lookup.execution(address.run_id) : null;
      if (stored) return this.#keep(address.run_id, knownExecution(stored.start));
      const client = request.client();
      const seen = client && (await firstEvents?.look(client, address));
      if (!seen) return undefined;
      if (!executions.get(address.run_id)) recorder.execution(seen.start);
      if (!seen.facts.incomplete) return this.#keep(address.run_id, seen.facts);
      recorder.lose('lookup', seen.facts.incomplete);
      return seen.facts;
    } catch (error) {
      recorder.lose('lookup', String(error));
      if (!hasHeader) report(`the workflow's start could not be read: ${String(error)}`);
      return undefined;
    }
  }

  #keep(runId: string, facts: KnownExecution): KnownExecution {
    this.#parts.executions.remember(runId, facts, sizeOfFacts(facts));
    return facts;
  }

  /**
   * Reports a loss if the workflow recorded that it scheduled something without a header: its metadata cannot
   * be read.
   */
  async #missHeader({ execution }: ResolveRequest, report: (text: string) => void): Promise<void> {
    if (!execution) return;
    const { executions, recorder } = this.#parts;
    const near = executions.context(contextKey(execution.run_id, HEADERS_MISSING));
    const said = near ?? (await recorder.lookup.context(execution.run_id, HEADERS_MISSING).catch(() => null));
    if (!said) return;
    recorder.lose('header', 'a workflow task scheduled more activities than its headers have room for');
    report('the workflow scheduled more activities in one task than its headers have room for');
  }

  /** Opens what is sealed, follows keys, and counts what could not be opened. */
  async #expand(context: MetadataContext, report: (text: string) => void): Promise<MetadataContext> {
    const whole = await wholeContext(context, this.#contexts);
    for (const { reason, error } of whole.missing) {
      if (error !== undefined) this.#parts.recorder.lose('sealed-metadata', String(error));
      report(reason);
    }
    return whole.context;
  }
}

/**
 * Contexts as a worker reads them: from its own memory, else from the store, where another worker's context may
 * take a moment to appear.
 */
class WorkerContexts implements ContextSource {
  readonly #parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  unseal(sealed: SealedPayload): Promise<Payload> {
    return unseal(sealed, this.#parts.codecs);
  }

  async find(key: string): Promise<MetadataContext | undefined> {
    const { executions, recorder } = this.#parts;
    if (!parseContextKey(key)) return undefined;
    for (const wait_ms of [...CONTEXT_RETRY_MS, undefined]) {
      const near = executions.context(key);
      if (near) return near;
      const context = await storedContext(key, recorder.lookup).catch(() => undefined);
      if (context) {
        executions.rememberContext(key, context, JSON.stringify(context).length);
        return context;
      }
      if (wait_ms !== undefined) await new Promise((resolve) => setTimeout(resolve, wait_ms).unref());
    }
    return undefined;
  }
}

/** Checks the layers and adds what else is known. */
function judged(
  context: MetadataContext,
  facts: Pick<ResolvedMetadata, 'ancestry' | 'args' | 'inbound'>,
): ResolvedMetadata {
  return { ...checkedLayers(context), ...facts };
}
