/**
 * The spool of one store. It is created with the first record that goes there, not before. Node only.
 * @module
 */
import type { SpoolState } from '../../model/environment';
import { OUTAGE } from '../../model/limits';
import type { Notifier } from '../delivery/store-users';
import { openSpool, readSpool, type Spool } from '../spool/spool';
import { tryFolder } from '../spool/trial';

/** The place and the limit of a spool. */
export interface SpoolLimits {
  folder: string;
  /** Location of the store, if an option names the folder. */
  store?: string;
  /** @defaultValue 256 MiB */
  max_bytes?: number;
}

/** The spool of one store. A folder that cannot be used is reported once. */
export class SpoolAccess {
  readonly #limits: SpoolLimits;
  readonly #notifier: Notifier;
  #spool: Promise<Spool> | undefined;
  #saidFault = false;
  /** Why the folder can't be used, as far as is known. */
  #fault: string | undefined;

  constructor(limits: SpoolLimits, notifier: Notifier) {
    this.#limits = limits;
    this.#notifier = notifier;
  }

  get folder(): string {
    return this.#limits.folder;
  }

  /** True if it is open or being opened. */
  get used(): boolean {
    return this.#spool !== undefined;
  }

  /** Opens the spool. After a failure, the next call tries again. Rejects if it cannot be used. */
  opened(): Promise<Spool> {
    if (!this.#spool) {
      const { folder, store, max_bytes } = this.#limits;
      const opening = openSpool({
        folder,
        store,
        cap_bytes: max_bytes,
        queue_bytes: OUTAGE.spool_queue_bytes,
        onWarning: (message) => this.#notifier.notify(message),
      });
      this.#spool = opening;
      opening.then(
        () => {
          this.#fault = undefined;
        },
        (error: unknown) => {
          if (this.#spool === opening) this.#spool = undefined;
          this.#unusable(describe(error));
        },
      );
    }
    return this.#spool;
  }

  /** Tests the folder early: a fault found only in an outage is found too late. Never rejects. */
  async tried(): Promise<void> {
    const fault = await tryFolder(this.folder, this.#limits.store);
    if (fault !== undefined) this.#unusable(fault);
  }

  #unusable(fault: string): void {
    this.#fault = fault;
    if (this.#saidFault) return;
    this.#saidFault = true;
    this.#notifier.notify(
      `The spool ${this.folder} cannot be used (${fault}): while the store is unavailable, records wait in memory and are lost when the process ends. Set a folder that this user can write: spool: { folder: … } in the plugin's options, "spool": { "folder": … } in temporal-provenance.json.`,
    );
  }

  /** Returns the contents of all processes. Never rejects. */
  async state(): Promise<SpoolState> {
    const found = await readSpool(this.folder).catch(() => undefined);
    const { start = 0, stop = 0, other = 0 } = found?.dropped.by_kind ?? {};
    return {
      folder: this.folder,
      usable: this.#fault === undefined,
      ...(this.#fault !== undefined && { reason: this.#fault }),
      waiting_bytes: found?.bytes ?? 0,
      ...(found?.oldest_time !== undefined && { oldest_time: found.oldest_time }),
      dropped: start + stop + other,
      time: Date.now() / 1000,
    };
  }

  /** Returns the bytes of its records, of all processes; undefined if the folder cannot be read. */
  async bytes(): Promise<number | undefined> {
    return (await readSpool(this.folder).catch(() => undefined))?.bytes;
  }

  async close(): Promise<void> {
    await (await this.#spool)?.close();
  }
}

/** Returns the message of a thrown value. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
