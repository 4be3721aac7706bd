/**
 * Brings links up to date before a question about them. A worker derives links shortly after it writes the facts they follow
 * from. The links of a killed worker are derived by other processes. Node only.
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

/** A question waits at most this long. Links that are not derived by then are reported as missing. */
const CATCH_UP_MS = 10_000;
/** Pause between attempts while other processes write. */
const BUSY_PAUSE_MS = 25;
/** Pause between pages. A process that waits for a SQLite file checks every 10 ms whether it is free. */
const YIELD_MS = 12;

/**
 * Derives the missing links if this process may write to the store. If it may not, nothing is derived and nothing is thrown.
 * @param url of the store, with credentials
 * @param store the same store, open for reading
 * @returns what is left; nothing is left if `behind` and `todo` are 0
 */
export async function catchUpLinks(
  url: string,
  store: Pick<Store, 'linkState' | 'identity'>,
  limit_ms: number = CATCH_UP_MS,
): Promise<LinkState> {
  const before = await store.linkState();
  if (isDerived(before)) return before;
  // Opening an older store for writing would upgrade its schema.
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

/** True if no link is left to derive. */
export function isDerived({ behind, todo }: LinkState): boolean {
  return behind === 0 && todo === 0;
}

interface Deriving {
  /** @defaultValue no limit */
  limit_ms?: number;
  /** Called after each page. */
  onPage?: () => Promise<void>;
}

/**
 * Derives page by page until nothing is left or the time is over. It waits while other processes write.
 * @throws (rejects) as `Store.link`, except STORE_BUSY within the time
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
