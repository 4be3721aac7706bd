/**
 * Metadata of whoever starts work, at the client: `withMetadata` holds for every workflow, schedule, Nexus operation and
 * activity that is started inside it. The context lives under one global symbol, so that two copies of this module share
 * it. Node only.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionAddress, MetadataIssue } from './model/documents';
import { isJsonObject, type JsonObject } from './model/json';

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
export interface SealedBytes {
  metadata: { [name: string]: string };
  data: string;
}

interface Surroundings {
  /** Given by `withMetadata` in this process. */
  metadata?: JsonObject;
  carried?: CarriedContext;
}

type Storage = AsyncLocalStorage<Surroundings>;

function storage(): Storage {
  const holder = globalThis as { [STORAGE]?: Storage };
  holder[STORAGE] ??= new AsyncLocalStorage<Surroundings>();
  return holder[STORAGE];
}

/**
 * Runs `fn`; work that it starts through a client with the plugin carries `metadata` as user metadata. An inner call wins
 * over an outer one, key by key. Returns what `fn` returns. Metadata that can't be recorded makes the client call reject
 * with a `MetadataError` that names the path.
 */
export function withMetadata<T>(metadata: JsonObject, fn: () => T): T {
  const outer = storage().getStore();
  const own = isJsonObject(metadata) ? { ...outer?.metadata, ...metadata } : metadata;
  return storage().run({ ...outer, metadata: own }, fn);
}

/** Runs `fn` as a part of what a caller elsewhere sent; `withMetadata` inside wins over it, key by key. */
export function runCarrying<T>(carried: CarriedContext, fn: () => T): T {
  return storage().run({ carried }, fn);
}

/** What `withMetadata` around the caller gives; `undefined` outside any. */
export function currentClientMetadata(): JsonObject | undefined {
  return storage().getStore()?.metadata;
}

/** What the surrounding Nexus operation was called with; `undefined` outside any. */
export function currentCarriedContext(): CarriedContext | undefined {
  return storage().getStore()?.carried;
}
