/**
 * A store that was moved here from a SQLite file. Its old workers on this machine still write to the spool next to that file, as
 * long as they run. This imports that spool. Node only.
 * @module
 */

import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { OUTAGE } from '../../model/limits';
import type { Store } from '../../store/store';
import { openSpool, type SpoolOptions } from '../spool/spool';
import { LateRecords, type LateRecordsParts } from './late-records';

const SQLITE = 'sqlite:';

/** The spools next to the SQLite files that a store was moved from. */
export class MovedSpool {
  readonly #parts: LateRecordsParts;
  /** The folder that an option names. Old workers may use it too. */
  readonly #named: string | undefined;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** @param parts targets of its records */
  constructor(parts: LateRecordsParts, named: string | undefined) {
    this.#parts = parts;
    this.#named = named;
  }

  /**
   * Call it when the store is open. It checks repeatedly while this process lives, because an old worker may run for long. Never
   * rejects.
   */
  async take(store: Store): Promise<void> {
    try {
      const places = store.location.startsWith(SQLITE) ? [] : await store.places();
      const spools = places
        .filter(({ path, host }) => path.startsWith(SQLITE) && host === hostname())
        .flatMap(({ path }) => [
          { folder: `${path.slice(SQLITE.length)}.spool` },
          ...(this.#named === undefined ? [] : [{ folder: this.#named, store: path }]),
        ]);
      if (spools.length > 0) await this.#look(spools);
    } catch {
      // If the store can't answer now, the next worker asks it.
    }
  }

  close(): void {
    this.#over.abort();
    clearTimeout(this.#timer);
  }

  async #look(spools: readonly SpoolOptions[]): Promise<void> {
    for (const spool of spools) await this.#takeFrom(spool).catch(() => undefined);
    if (this.#over.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(spools), OUTAGE.look_again_ms).unref();
  }

  async #takeFrom(options: SpoolOptions): Promise<void> {
    if (!(await stat(options.folder).catch(() => undefined))) return;
    const spool = await openSpool(options);
    try {
      if (!(await spool.empty())) await spool.drain(new LateRecords(this.#parts), this.#over.signal);
    } finally {
      await spool.close();
    }
  }
}
