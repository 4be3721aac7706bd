/**
 * What earlier processes left in a spool, or what others may still hold: taken in when the store opens, and looked at again
 * as long as there is any. Node only.
 * @module
 */

import { stat } from 'node:fs/promises';
import { OUTAGE } from '../../model/limits';
import type { SpoolDoor } from './spool-door';

export class Leftovers {
  readonly #door: SpoolDoor;
  /** Takes in what is there, if this is the time for it. Must not reject. */
  readonly #drain: () => Promise<void>;
  readonly #over: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(door: SpoolDoor, drain: () => Promise<void>, over: AbortSignal) {
    this.#door = door;
    this.#drain = drain;
    this.#over = over;
    over.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** The store is open. Never rejects. */
  async take(): Promise<void> {
    if (this.#over.aborted) return;
    // In an outage it is taken in as it is.
    if (this.#door.used && this.#door.copies === 0) return;
    if (!(await stat(this.#door.folder).catch(() => undefined))) return;
    await this.#door.opened().then(
      () => this.#takeNow(),
      () => undefined,
    );
  }

  /** Within that time at the latest, however often it is asked for. */
  lookLater(): void {
    if (this.#over.aborted) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, OUTAGE.look_again_ms).unref();
  }

  /** A spool that cannot be used now is looked at again. */
  async #look(): Promise<void> {
    try {
      const spool = await this.#door.opened();
      if (!(await spool.empty())) await this.#takeNow();
    } catch {
      this.lookLater();
    }
  }

  async #takeNow(): Promise<void> {
    await this.#drain();
    this.lookLater();
  }
}
