/**
 * The way of queue entries into the spool, which is opened with the first of them: nothing is on the disk before. Node only.
 * @module
 */
import type { SpoolFigures } from './meter';
import type { QueueEntry } from './queue';
import { openSpool, readSpool, type Spool } from './spool/spool';

export interface SpoolDoorOptions {
  folder: string;
  /** @defaultValue 256 MiB */
  max_bytes?: number;
  /** For people. */
  say: (message: string) => void;
  /** Must not throw. */
  figures: (figures: SpoolFigures) => void;
}

export class SpoolDoor {
  readonly #options: SpoolDoorOptions;
  readonly #appending = new Set<Promise<void>>();
  #spool: Promise<Spool> | undefined;
  #saidFault = false;

  constructor(options: SpoolDoorOptions) {
    this.#options = options;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** It has been opened, or is being. */
  get used(): boolean {
    return this.#spool !== undefined;
  }

  /** Opens it; what failed is tried again by the next call. Rejects when it cannot be used. */
  opened(): Promise<Spool> {
    if (!this.#spool) {
      const { folder, max_bytes, say } = this.#options;
      const opening = openSpool({ folder, cap_bytes: max_bytes, onWarning: say });
      this.#spool = opening;
      opening.catch((error: unknown) => {
        if (this.#spool === opening) this.#spool = undefined;
        if (!this.#saidFault) say(`The spool cannot be used, records wait in memory: ${describe(error)}`);
        this.#saidFault = true;
      });
    }
    return this.#spool;
  }

  /** Entries learn what became of them. Never throws. */
  append(entries: readonly QueueEntry[]): void {
    if (entries.length === 0) return;
    const done: Promise<void> = this.#append(entries)
      .catch((error: unknown) => {
        for (const entry of entries) entry.lost?.(`the spool failed: ${describe(error)}`);
      })
      .finally(() => {
        this.#appending.delete(done);
      });
    this.#appending.add(done);
  }

  async #append(entries: readonly QueueEntry[]): Promise<void> {
    const spool = await this.opened();
    const { stored, reason } = await spool.append(entries.map(({ record }) => record));
    const spooled = stored.filter(Boolean).length;
    this.#options.figures({ spooled, dropped: stored.length - spooled });
    for (const [i, entry] of entries.entries()) {
      if (stored[i]) entry.spooled?.();
      else entry.lost?.(`the spool refused it (${reason})`);
    }
  }

  /** Nothing is on its way there. */
  get quiet(): boolean {
    return this.#appending.size === 0;
  }

  /** Resolves when nothing is on its way there any more. */
  async allAppended(): Promise<void> {
    while (this.#appending.size > 0) await Promise.all(this.#appending);
  }

  /** Bytes of the records in it, of all processes. */
  async bytes(): Promise<number | undefined> {
    return (await readSpool(this.folder).catch(() => undefined))?.bytes;
  }

  async close(): Promise<void> {
    await (await this.#spool)?.close();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
