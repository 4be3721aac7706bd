/**
 * The stores that this process writes to. Recorders that name the same store share it. Node only.
 * @module
 */

import { openStore } from '../../store/open';
import { parseStoreUrl } from '../../store/place/location';
import type { Store } from '../../store/store';
import { SharedStore } from './shared-store';
import { type SpoolPlace, spoolFolder } from './spool-place';
import type { StoreSource } from './store-connection';
import { type StoreUser, warn } from './store-users';

/** A recorder's options for a store. The limits of the store's first recorder apply. */
export interface StoreDemand {
  /** The highest number of bytes of records in memory. */
  max_bytes: number;
  spool: SpoolPlace | undefined;
  user: StoreUser;
}

const byLocation = new Map<string, SharedStore>();
const byStore = new WeakMap<Store, SharedStore>();

/**
 * Returns the shared store of a URL, or of an open store that the caller closes. `demand.user` uses it until it calls `release`.
 * @throws STORE_URL_INVALID
 */
export function acquireStore(target: string | Store, demand: StoreDemand): SharedStore {
  const shared = typeof target === 'string' ? byUrl(target, demand) : byObject(target, demand);
  shared.join(demand.user);
  return shared;
}

function byUrl(url: string, { max_bytes, spool, user }: StoreDemand): SharedStore {
  const { location } = parseStoreUrl(url);
  const known = byLocation.get(location);
  if (known) return known;
  const place = {
    folder: spoolFolder(url, spool?.folder),
    store: spool?.folder === undefined ? undefined : location,
    max_bytes: spool?.maxBytes,
  };
  const shared = new SharedStore(new UrlSource(url, location, user), { max_bytes, spool: place });
  byLocation.set(location, shared);
  return shared;
}

function byObject(store: Store, { max_bytes, spool: { folder, maxBytes } = {} }: StoreDemand): SharedStore {
  const known = byStore.get(store);
  if (known) return known;
  const place = folder === undefined ? undefined : { folder, max_bytes: maxBytes };
  const shared = new SharedStore(new GivenSource(store), { max_bytes, spool: place });
  byStore.set(store, shared);
  return shared;
}

/** A store that this process opens by URL. A warning is logged only once, even if the store is opened again. */
class UrlSource implements StoreSource {
  readonly owned = true;
  readonly #url: string;
  readonly #location: string;
  readonly #user: StoreUser;
  #warned = false;

  constructor(url: string, location: string, user: StoreUser) {
    this.#url = url;
    this.#location = location;
    this.#user = user;
  }

  open(): Promise<Store> {
    return openStore(this.#url, { onWarning: (message) => this.#warn(message) });
  }

  forget(): void {
    byLocation.delete(this.#location);
  }

  #warn(message: string): void {
    if (!this.#warned) warn(this.#user.log, message);
    this.#warned = true;
  }
}

class GivenSource implements StoreSource {
  readonly owned = false;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async open(): Promise<Store> {
    return this.#store;
  }

  forget(): void {
    byStore.delete(this.#store);
  }
}
