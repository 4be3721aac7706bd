/**
 * Links up to now, for whoever is about to ask for them: a worker derives them a moment after it wrote what they follow from, and one that
 * was killed leaves them to others. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ProvenanceError } from '../errors';
import type { LinkState } from './interface/linking';
import { PageSize } from './links/page-size';
import { LATEST_REVISION } from './migrations';
import { openStore } from './open';
import type { Store } from './store';

/** A question waits no longer: what is not derived by then is said to be missing. */
const CATCH_UP_MS = 10_000;
/** Between tries while others write. */
const BUSY_PAUSE_MS = 25;
/** Between pages: who waits for a SQLite file looks every 10 ms whether it is free. */
const YIELD_MS = 12;

/**
 * Derives what is not derived yet, where the store may be written to. Never rejects for a store that may not: what is left is then what
 * it was.
 * @param url of the store, with credentials
 * @param store the same store, open for reading
 * @returns what is left: nothing, where `behind` and `todo` are 0
 */
export async function catchUpLinks(
  url: string,
  store: Pick<Store, 'linkState' | 'identity'>,
  limit_ms: number = CATCH_UP_MS,
): Promise<LinkState> {
  const before = await store.linkState();
  if (isDerived(before)) return before;
  // To open an older store for writing would bring its schema up.
  if ((await store.identity()).schema_version !== LATEST_REVISION) return before;
  try {
    const writer = await openStore(url, { mode: 'write', create: false, onWarning: () => undefined });
    try {
      await deriveLinks(writer, { limit_ms });
    } finally {
      await writer.close();
    }
  } catch (error) {
    if (!ProvenanceError.is(error)) throw error;
  }
  return store.linkState();
}

/** True where nothing is left to derive. */
export function isDerived({ behind, todo }: LinkState): boolean {
  return behind === 0 && todo === 0;
}

interface Deriving {
  /** @defaultValue no limit */
  limit_ms?: number;
  /** After each page. */
  onPage?: () => Promise<void>;
}

/**
 * Page after page, until nothing is left or the time is over. While others write it waits.
 * @throws (rejects) as `Store.link`, but for STORE_BUSY within the time
 */
export async function deriveLinks(
  store: Pick<Store, 'link'>,
  { limit_ms = Number.POSITIVE_INFINITY, onPage }: Deriving = {},
): Promise<void> {
  const until_ms = performance.now() + limit_ms;
  const size = new PageSize();
  while (performance.now() < until_ms) {
    try {
      const started_ms = performance.now();
      const { done } = await store.link(size.links);
      size.took(performance.now() - started_ms);
      await onPage?.();
      if (done) return;
      await pause(YIELD_MS);
    } catch (error) {
      if (!(ProvenanceError.is(error) && error.code === 'STORE_BUSY')) throw error;
      await pause(BUSY_PAUSE_MS);
    }
  }
}
