/**
 * From an activity's header to the metadata layers of its run: sealed metadata is opened by the worker's codecs, keys
 * are followed to the contexts they name, and what the sandbox could not check is checked here, once per execution and
 * scope. Never rejects: what can't be had is said. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { checkMetadata } from '../../src/metadata/fields';
import type { MetadataIssue } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import type { Recorder } from '../../src/record/recorder';
import {
  contextKey,
  decodeHeader,
  type ExecutionPlace,
  HEADERS_MISSING,
  type MetadataContext,
  parseContextKey,
} from '../../src/temporal/header';
import { memoContext } from '../../src/temporal/memo-context';
import { unseal } from '../../src/temporal/sealing';
import { type ExecutionFacts, type Executions, factsOf } from './executions';
import type { FirstEvents } from './first-event';

/** Contexts that build on contexts, at most. */
const MAX_CONTEXT_DEPTH = 16;

/** How long after the workflow's task another worker's context may take to be seen in the store. */
const CONTEXT_RETRY_MS = [2, 5, 10, 20, 40, 80];

/** What an execution gives to the runs of one scope. */
export interface ResolvedMetadata {
  user?: JsonObject;
  plan?: JsonObject;
  issues: MetadataIssue[];
  /** Absent when it is not known. */
  place?: ExecutionPlace;
  /** Arguments of the workflow. */
  args?: Json[];
  /** Why something that was sent could not be had. */
  incomplete?: string;
}

export interface ResolverParts {
  recorder: Recorder;
  executions: Executions;
  codecs: readonly PayloadCodec[];
  /** Absent: histories are not looked at. */
  firstEvents?: FirstEvents;
}

/** Which execution is asked for, and by whom the server can be asked. */
export interface ResolveRequest {
  header: Payload | undefined;
  /** Absent for standalone activities. */
  execution?: { namespace: string; workflow_id: string; run_id: string };
  client: () => Client | undefined;
}

export class MetadataResolver {
  private readonly parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.parts = parts;
  }

  /** At once where everything is at hand, which is the rule. */
  resolve(request: ResolveRequest): ResolvedMetadata | Promise<ResolvedMetadata> {
    const header = request.header && decodeHeader(request.header);
    const facts = request.execution && this.parts.executions.get(request.execution.run_id);
    if (header && (facts || !request.execution)) {
      if (!header.sealed && !header.opaque && !header.context) {
        return judged(header, { place: header.execution ?? facts?.place, args: facts?.args });
      }
    }
    return this.resolveLater(request, header, facts);
  }

  /** What can be said without asking anybody, where the answer is late: what stands in the header in clear. */
  atHand(request: ResolveRequest, why: string): ResolvedMetadata {
    const header = request.header && decodeHeader(request.header);
    const facts = request.execution && this.parts.executions.get(request.execution.run_id);
    const known = judged(header ?? {}, { place: header?.execution ?? facts?.place, args: facts?.args });
    const whole = header && !header.sealed && !header.opaque && !header.context;
    return whole ? known : { ...known, incomplete: why };
  }

  private async resolveLater(
    request: ResolveRequest,
    header: (MetadataContext & { execution?: ExecutionPlace }) | undefined,
    known: ExecutionFacts | undefined,
  ): Promise<ResolvedMetadata> {
    const trouble: string[] = [];
    const report = (text: string): void => {
      trouble.push(text);
    };
    const whole = known?.start || header ? known : undefined;
    const [found] = await Promise.all([
      whole ?? this.findFacts(request, header !== undefined, report),
      header ? undefined : this.missHeader(request, report),
    ]);
    const facts = found ?? known;
    if (!header && facts?.incomplete) report(facts.incomplete);
    const context = header ?? facts?.start;
    const expanded = context ? await this.expand(context, report, 0) : {};
    const resolved = judged(expanded, { place: header?.execution ?? facts?.place, args: facts?.args });
    return trouble.length > 0 ? { ...resolved, incomplete: trouble.join('; ') } : resolved;
  }

  /** Facts of an execution that this process has not seen. With a header, the first event matters for arguments only. */
  private async findFacts(
    request: ResolveRequest,
    hasHeader: boolean,
    report: (text: string) => void,
  ): Promise<ExecutionFacts | undefined> {
    const { recorder, executions, firstEvents } = this.parts;
    const address = request.execution;
    if (!address) return undefined;
    try {
      const stored = hasHeader ? await recorder.lookup.execution(address.run_id) : null;
      if (stored) return this.keep(address.run_id, factsOf(stored.start));
      const client = request.client();
      const seen = client && (await firstEvents?.look(client, address));
      if (!seen) return undefined;
      if (!executions.get(address.run_id)) recorder.execution(seen.start);
      if (!seen.facts.incomplete) return this.keep(address.run_id, seen.facts);
      recorder.lose('lookup', seen.facts.incomplete);
      return seen.facts;
    } catch (error) {
      recorder.lose('lookup', String(error));
      if (!hasHeader) report(`the workflow's start could not be read: ${String(error)}`);
      return undefined;
    }
  }

  private keep(runId: string, facts: ExecutionFacts): ExecutionFacts {
    this.parts.executions.remember(runId, facts, JSON.stringify(facts).length);
    return facts;
  }

  /** A workflow that says that it scheduled something without a header has metadata that can't be had. */
  private async missHeader({ execution }: ResolveRequest, report: (text: string) => void): Promise<void> {
    if (!execution) return;
    const { executions, recorder } = this.parts;
    const near = executions.context(contextKey(execution.run_id, HEADERS_MISSING));
    const said = near ?? (await recorder.lookup.context(execution.run_id, HEADERS_MISSING).catch(() => null));
    if (!said) return;
    recorder.lose('header', 'a workflow task scheduled more than its headers have room for');
    report('the workflow scheduled more in one task than its headers have room for');
  }

  /** Opens what is sealed and follows keys. */
  private async expand(
    context: MetadataContext,
    report: (text: string) => void,
    depth: number,
  ): Promise<MetadataContext> {
    const own = await this.openSealed(context, report);
    if (!own.context) return own;
    const base = depth < MAX_CONTEXT_DEPTH ? await this.contextOf(own.context) : undefined;
    if (!base) {
      report(`the metadata that the workflow sent could not be found (${own.context})`);
      return own;
    }
    const outer = await this.expand(base, report, depth + 1);
    return {
      user: own.user ?? outer.user,
      plan: { ...outer.plan, ...own.plan },
      issues: [...(outer.issues ?? []), ...(own.issues ?? [])],
    };
  }

  private async contextOf(key: string): Promise<MetadataContext | undefined> {
    const { executions, recorder } = this.parts;
    const address = parseContextKey(key);
    if (!address) return undefined;
    for (const wait of [...CONTEXT_RETRY_MS, undefined]) {
      const near = executions.context(key);
      if (near) return near;
      const text = await recorder.lookup.context(address.run_id, address.n).catch(() => null);
      if (text) {
        const context = JSON.parse(text) as MetadataContext;
        executions.rememberContext(key, context, text.length);
        return context;
      }
      if (wait !== undefined) await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
    return undefined;
  }

  private async openSealed(
    context: MetadataContext,
    report: (text: string) => void,
  ): Promise<MetadataContext> {
    if (!context.sealed && !context.opaque) return context;
    const { sealed, opaque, ...rest } = context;
    let opened: MetadataContext = rest;
    try {
      if (sealed) {
        const payload = await unseal(sealed, this.parts.codecs);
        const user: unknown = defaultPayloadConverter.fromPayload(payload);
        opened = joinedContexts(memoContext(user, payload), opened);
      }
      if (!opaque) return opened;
      const inner = decodeHeader(await unseal(opaque, this.parts.codecs));
      if (!inner.opaque) return joinedContexts(await this.openSealed(inner, report), opened);
    } catch (error) {
      this.parts.recorder.lose('sealed-metadata', String(error));
    }
    report('the metadata that was sent could not be decoded here');
    return opened;
  }
}

/** What came with the start under what was added to it later. */
function joinedContexts(inner: MetadataContext, outer: MetadataContext): MetadataContext {
  const joined = { ...inner, ...outer };
  if (inner.user && outer.user) joined.user = { ...inner.user, ...outer.user };
  if (inner.plan && outer.plan) joined.plan = { ...inner.plan, ...outer.plan };
  if (inner.issues && outer.issues) joined.issues = [...inner.issues, ...outer.issues];
  return joined;
}

/** The layers, checked; fields at fault are left out, and named. */
function judged(context: MetadataContext, facts: Pick<ResolvedMetadata, 'place' | 'args'>): ResolvedMetadata {
  const issues = [...(context.issues ?? [])];
  const user = checkedLayer(context.user, issues);
  const plan = checkedLayer(context.plan, issues);
  return { user, plan, issues, ...facts };
}

function checkedLayer(layer: JsonObject | undefined, issues: MetadataIssue[]): JsonObject | undefined {
  if (layer === undefined) return undefined;
  const found = checkMetadata(layer);
  if (found.length === 0) return layer;
  issues.push(...found);
  const faulty = new Set(found.map(({ path }) => path[0]));
  if (faulty.has(undefined)) return undefined;
  return Object.fromEntries(Object.entries(layer).filter(([key]) => !faulty.has(key)));
}
