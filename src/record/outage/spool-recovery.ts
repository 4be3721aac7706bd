/**
 * Records that earlier processes left in a spool, or that others may still hold: taken in when the store opens, and looked at
 * again as long as there are any. Node only.
 * @module
 */
import { stat } from 'node:fs/promises';
import { OUTAGE } from '../../model/limits';
import type { SpoolAccess } from './spool-access';

/** Takes in what is in the spool, if this is the time for it. Never rejects. */
export interface RecoveryTarget {
  recover(): Promise<void>;
}

/** The looks into one spool, until `over` is aborted. */
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

  /** Looks into a spool that is there, whoever left it. Never rejects. */
  async begin(): Promise<void> {
    if (this.#over.aborted) return;
    if (!(await stat(this.#access.folder).catch(() => undefined))) return;
    await this.#access.opened().then(
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
