/**
 * Metadata of whoever starts work, at the client: `withMetadata` holds for every workflow, schedule and activity that is
 * started inside it. The context lives under one global symbol, so that two copies of this module share it. Node only.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isJsonObject, type JsonObject } from './model/json';

const STORAGE = Symbol.for('temporal-provenance.client');

type Storage = AsyncLocalStorage<JsonObject>;

function storage(): Storage {
  const holder = globalThis as { [STORAGE]?: Storage };
  holder[STORAGE] ??= new AsyncLocalStorage<JsonObject>();
  return holder[STORAGE];
}

/**
 * Runs `fn`; work that it starts through a client with the plugin carries `metadata` as user metadata. An inner call wins
 * over an outer one, key by key. Returns what `fn` returns. Metadata that can't be recorded makes the client call reject
 * with a `MetadataError` that names the path.
 */
export function withMetadata<T>(metadata: JsonObject, fn: () => T): T {
  const outer = storage().getStore();
  return storage().run(isJsonObject(metadata) ? { ...outer, ...metadata } : metadata, fn);
}

/** What surrounds the caller; `undefined` outside any `withMetadata`. */
export function currentClientMetadata(): JsonObject | undefined {
  return storage().getStore();
}
