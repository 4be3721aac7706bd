/**
 * Metadata of whoever starts work, at the client: `withMetadata` holds for every workflow, schedule, Nexus operation and
 * activity that is started inside it. The context lives under one global symbol, so that two copies of this module share
 * it. Node only.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { checkMetadata } from '../metadata/fields';
import { copyJson } from '../metadata/json';
import type { ExecutionAddress, MetadataIssue } from '../model/documents';
import type { AsJson, JsonObject } from '../model/json';

const STORAGE = Symbol.for('temporal-provenance.client');

/** What a Nexus operation's caller sent. It is passed on as it came, and judged where a run opens. */
export interface CarriedContext {
  user?: JsonObject;
  /** The same, encoded by the caller's payload codec. */
  sealed?: SealedBytes;
  /** A whole header that could not be read where it came in. */
  opaque?: SealedBytes;
  plan?: JsonObject;
  issues?: MetadataIssue[];
  /** The execution that called the operation. */
  caller?: ExecutionAddress;
}

/** A payload as JSON: what a codec made of it, in base64. */
interface SealedBytes {
  metadata: { [name: string]: string };
  data: string;
}

/** What `withMetadata` gave, outer calls included: a copy made as it was given, which no later change reaches. */
interface GivenMetadata {
  fields: JsonObject;
  /** Why some of it can't be recorded. Told by the client call, which is where somebody waits for an answer. */
  issues: readonly MetadataIssue[];
}

interface Surroundings {
  given?: GivenMetadata;
  carried?: CarriedContext;
}

type Storage = AsyncLocalStorage<Surroundings>;

function storage(): Storage {
  const holder = globalThis as { [STORAGE]?: Storage };
  holder[STORAGE] ??= new AsyncLocalStorage<Surroundings>();
  return holder[STORAGE];
}

/**
 * Runs `fn`; work that it starts through a client with the plugin carries `metadata` as user metadata, as it is now: it is
 * copied, at every depth. An inner call wins over an outer one, key by key. Returns what `fn` returns. Metadata that can't be
 * recorded makes the client call reject with a `MetadataError` that names the path.
 */
export function withMetadata<M extends object, T>(metadata: M & AsJson<M>, fn: () => T): T {
  const outer = storage().getStore();
  return storage().run({ ...outer, given: takenFrom(outer?.given, metadata) }, fn);
}

/** A fault of ours costs what this call gives, and never the work inside it. */
function takenFrom(outer: GivenMetadata | undefined, metadata: unknown): GivenMetadata | undefined {
  try {
    return joined(outer, metadata);
  } catch (error) {
    process.emitWarning(
      `temporal-provenance: withMetadata failed, so what it gave will not be recorded: ${String(error)}`,
      { code: 'PROVENANCE_CLIENT' },
    );
    return outer;
  }
}

function joined(outer: GivenMetadata = { fields: {}, issues: [] }, metadata: unknown): GivenMetadata {
  const issues = checkMetadata(metadata);
  if (issues.length > 0) return { ...outer, issues: [...outer.issues, ...issues] };
  const own = copyJson(metadata as JsonObject);
  // A field that is given anew is no longer at fault.
  const left = outer.issues.filter(({ path }) => path[0] === undefined || !Object.hasOwn(own, path[0]));
  return { fields: { ...outer.fields, ...own }, issues: left };
}

/** Runs `fn` as a part of what a caller elsewhere sent; `withMetadata` inside wins over it, key by key. */
export function runCarrying<T>(carried: CarriedContext, fn: () => T): T {
  return storage().run({ carried }, fn);
}

/** What `withMetadata` around the caller gives; `undefined` outside any. */
export function currentClientMetadata(): GivenMetadata | undefined {
  return storage().getStore()?.given;
}

/** What the surrounding Nexus operation was called with; `undefined` outside any. */
export function currentCarriedContext(): CarriedContext | undefined {
  return storage().getStore()?.carried;
}
