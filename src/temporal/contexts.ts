/**
 * Builds the metadata layers of a run from the context in its header or in its execution's start. Sealed parts
 * are opened, keys are followed to the contexts that they name, and every field is checked. Of a faulty layer
 * only the faulty fields are left out, with an issue. Live capture, reconcile and backfill all read contexts
 * here, so that they agree. Node only.
 * @module
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { checkMetadata } from '../metadata/fields';
import type { MetadataIssue } from '../model/documents';
import type { JsonObject } from '../model/json';
import { decodeHeader, type MetadataContext, parseContextKey, type SealedPayload } from './header';
import { memoContext } from './memo-context';

/** The longest chain of contexts. */
const MAX_CONTEXT_DEPTH = 16;

/** The contexts that did not fit into a header: a store, or a recorder's view of it. */
export interface ContextStore {
  /** The JSON text of the context `n` of an execution; null if there is none. */
  context(run_id: string, n: number): Promise<string | null>;
}

/** Reads the parts of a context that it does not contain itself. */
export interface ContextSource {
  /** The context of a key; undefined if there is none. */
  find(key: string): Promise<MetadataContext | undefined>;
  /**
   * Decodes what the lab's codec sealed. Rejects if it cannot. If absent, sealed parts are left out without a
   * report.
   */
  unseal?(sealed: SealedPayload): Promise<Payload>;
}

/** Why a part of the metadata that was sent is missing. */
interface MissingPart {
  reason: string;
  /** The error of the codec or the converter, if there was one. */
  error?: unknown;
}

/** A context that refers to no other, and its missing parts. */
interface WholeContext {
  context: MetadataContext;
  missing: MissingPart[];
}

/** The layers that an execution gives to the runs of one scope. */
export interface CheckedLayers {
  user?: JsonObject;
  plan?: JsonObject;
  /** The faults. The fields that they name are left out. */
  issues: MetadataIssue[];
}

/** Opens what is sealed, and follows the keys. Rejects only if the source's `find` does. */
export async function wholeContext(context: MetadataContext, source: ContextSource): Promise<WholeContext> {
  const missing: MissingPart[] = [];
  let whole = await unsealed(context, source, missing);
  for (let depth = 0; whole.context; depth += 1) {
    const key = whole.context;
    const base = depth < MAX_CONTEXT_DEPTH ? await source.find(key) : undefined;
    if (!base) {
      missing.push({ reason: `the metadata that the workflow sent could not be found (${key})` });
      break;
    }
    whole = joinContexts(await unsealed(base, source, missing), whole);
  }
  return { context: whole, missing };
}

/** A context on top of the one that its key names: key by key, the nearer field wins. */
export function joinContexts(base: MetadataContext, own: MetadataContext): MetadataContext {
  const joined: MetadataContext = { ...base, ...own };
  if (base.user && own.user) joined.user = { ...base.user, ...own.user };
  if (base.plan && own.plan) joined.plan = { ...base.plan, ...own.plan };
  if (base.issues && own.issues) joined.issues = [...base.issues, ...own.issues];
  if (base.context) joined.context = base.context;
  else delete joined.context;
  return joined;
}

/**
 * The layers of a whole context. Faulty fields are left out, and listed after the faults that the context
 * itself names.
 */
export function checkedLayers(context: MetadataContext): CheckedLayers {
  const issues = [...(context.issues ?? [])];
  const user = checkedLayer(context.user, issues);
  const plan = checkedLayer(context.plan, issues);
  return { user, plan, issues };
}

/** The context that a key names. Rejects if the store cannot be read. */
export async function storedContext(key: string, store: ContextStore): Promise<MetadataContext | undefined> {
  const address = parseContextKey(key);
  const text = address && (await store.context(address.run_id, address.n));
  return text ? (JSON.parse(text) as MetadataContext) : undefined;
}

async function unsealed(
  context: MetadataContext,
  source: ContextSource,
  missing: MissingPart[],
): Promise<MetadataContext> {
  const { sealed, opaque, ...rest } = context;
  if (!source.unseal || !(sealed || opaque)) return rest;
  let opened: MetadataContext = rest;
  let error: unknown;
  try {
    if (sealed) {
      const payload = await source.unseal(sealed);
      opened = onTopOf(memoContext(defaultPayloadConverter.fromPayload(payload), payload), opened);
    }
    if (!opaque) return opened;
    const inner = decodeHeader(await source.unseal(opaque));
    if (!inner.opaque) return onTopOf(await unsealed(inner, source, missing), opened);
  } catch (thrown) {
    error = thrown;
  }
  missing.push({ reason: 'the metadata that was sent could not be decoded here', error });
  return opened;
}

/**
 * Puts later additions on top of the metadata that came with the start. Additions and start belong to one
 * context, so either may refer to a further context.
 */
function onTopOf(inner: MetadataContext, outer: MetadataContext): MetadataContext {
  return { ...joinContexts(inner, outer), context: outer.context ?? inner.context };
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
