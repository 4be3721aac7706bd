/**
 * Metadata at the client: `withMetadata` applies to every workflow, schedule, Nexus operation and activity that
 * is started inside it. The context is kept under one global symbol, so that two copies of this module share
 * it. Node only.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { checkMetadata } from '../metadata/fields';
import { copyJson } from '../metadata/json';
import type { ExecutionAddress, MetadataIssue } from '../model/documents';
import type { AsJson, JsonObject } from '../model/json';

const STORAGE = Symbol.for('temporal-provenance.client');

/**
 * The context that a Nexus operation's caller sent. It is passed on unchanged, and checked when a run opens.
 */
export interface CarriedContext {
  user?: JsonObject;
  /** User metadata that was encoded by the caller's payload codec. */
  sealed?: SealedBytes;
  /** A whole header that could not be read at its arrival. */
  opaque?: SealedBytes;
  plan?: JsonObject;
  issues?: MetadataIssue[];
  /** The execution that called the operation. */
  caller?: ExecutionAddress;
}

/** A payload as JSON: the codec's output in base64. */
interface SealedBytes {
  metadata: { [name: string]: string };
  data: string;
}

/** The metadata that `withMetadata` gave, with outer calls. It is a copy, so later changes have no effect. */
interface GivenMetadata {
  fields: JsonObject;
  /**
   * Why some of the metadata cannot be recorded. The client call reports it, because its caller waits for an
   * answer.
   */
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
 * Runs `fn`, and returns what it returns. Everything that it starts through a client with the plugin carries
 * `metadata` as user metadata. `metadata` is copied now, at every depth, so later changes have no effect. An
 * inner call wins over an outer one, key by key. If the metadata cannot be recorded, the client call (not
 * `withMetadata`) rejects with a `MetadataError` that names the path.
 */
export function withMetadata<M extends object, T>(metadata: M & AsJson<M>, fn: () => T): T {
  const outer = storage().getStore();
  return storage().run({ ...outer, given: takenFrom(outer?.given, metadata) }, fn);
}

/** After a fault of ours this call's metadata is missing, but the work inside it runs. */
function takenFrom(outer: GivenMetadata | undefined, metadata: unknown): GivenMetadata | undefined {
  try {
    return joined(outer, metadata);
  } catch (error) {
    process.emitWarning(
      `temporal-provenance: withMetadata failed, so its metadata will not be recorded: ${String(error)}`,
      { code: 'PROVENANCE_CLIENT' },
    );
    return outer;
  }
}

function joined(outer: GivenMetadata = { fields: {}, issues: [] }, metadata: unknown): GivenMetadata {
  const issues = checkMetadata(metadata);
  if (issues.length > 0) return { ...outer, issues: [...outer.issues, ...issues] };
  const own = copyJson(metadata as JsonObject);
  // A field that is given again replaces the faulty one.
  const left = outer.issues.filter(({ path }) => path[0] === undefined || !Object.hasOwn(own, path[0]));
  return { fields: { ...outer.fields, ...own }, issues: left };
}

/** Runs `fn` with the context that a remote caller sent. `withMetadata` inside wins over it, key by key. */
export function runCarrying<T>(carried: CarriedContext, fn: () => T): T {
  return storage().run({ carried }, fn);
}

/** The metadata of `withMetadata` around the caller; `undefined` outside any. */
export function currentClientMetadata(): GivenMetadata | undefined {
  return storage().getStore()?.given;
}

/** The context that the surrounding Nexus operation was called with; `undefined` outside any. */
export function currentCarriedContext(): CarriedContext | undefined {
  return storage().getStore()?.carried;
}
