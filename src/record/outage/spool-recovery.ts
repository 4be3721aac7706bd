/**
 * Imports records that earlier processes left in a spool, or that other processes may still hold. It does this when the store
 * opens, and again as long as there are any. Node only.
 * @module
 */
import { stat } from 'node:fs/promises';
import { OUTAGE } from '../../model/limits';
import type { SpoolAccess } from './spool-access';

/** Imports the spool, unless the store is unavailable. Never rejects. */
export interface RecoveryTarget {
  recover(): Promise<void>;
}

/** The checks of one spool, until `over` aborts. */
export class SpoolRecovery {
  readonly #access: SpoolAccess;
  readonly #target: RecoveryTarget;
  readonly #over: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(access: SpoolAccess, target: RecoveryTarget, over: AbortSignal) {
    this.#access = access;
    this.#target = target;
    this.#over = over;
    over.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Imports an existing spool of any process. Never rejects. */
  async begin(): Promise<void> {
    if (this.#over.aborted) return;
    if (!(await stat(this.#access.folder).catch(() => undefined))) return;
    await this.#access.opened().then(
      () => this.#takeNow(),
      () => undefined,
    );
  }

  /** Schedules a check, unless one is scheduled already. */
  lookLater(): void {
    if (this.#over.aborted) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, OUTAGE.look_again_ms).unref();
  }

  /** A spool that cannot be used now is checked again. */
  async #look(): Promise<void> {
    try {
      const spool = await this.#access.opened();
      if (!(await spool.empty())) await this.#takeNow();
    } catch {
      this.lookLater();
    }
  }

  async #takeNow(): Promise<void> {
    await this.#target.recover();
    this.lookLater();
  }
}
