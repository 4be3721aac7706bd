/**
 * The way of queue entries into the spool, which is opened with the first of them: nothing is on the disk before. Node only.
 * @module
 */
import type { OpenRecord } from '../store/store';
import type { SpoolFigures } from './meter';
import { PacedAppend } from './paced-append';
import type { QueueEntry } from './queue';
import { type IntakeHooks, openSpool, readSpool, type Spool } from './spool/spool';

type TakenHooks = Pick<IntakeHooks, 'prepare' | 'onTaken'>;

export interface SpoolDoorOptions {
  folder: string;
  /** @defaultValue 256 MiB */
  max_bytes?: number;
  /** For people. */
  say: (message: string) => void;
  /** Entries that waited in memory do not any more. Must not throw. */
  freed: () => void;
  /** Must not throw. */
  figures: (figures: SpoolFigures) => void;
}

/** Copies are made while no more than this waits for the disk: beyond, the disk is what is slow. */
const COPIES_WAITING_BYTES = 2 * 1024 * 1024;
/** The spool's own limit is never met: entries are paced, and their records hold a few bytes more than was estimated. */
const SPOOL_QUEUE_BYTES = 128 * 1024 * 1024;

export class SpoolDoor {
  readonly #options: SpoolDoorOptions;
  /** Starts that are here and on their way to the store as well, by uid. */
  readonly #copies = new Set<string>();
  readonly #copying = new Set<Promise<number>>();
  readonly #paced = new PacedAppend((entries) => this.#append(entries));
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
      const opening = openSpool({
        folder,
        cap_bytes: max_bytes,
        queue_bytes: SPOOL_QUEUE_BYTES,
        onWarning: say,
      });
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
    const isHere = ({ record }: QueueEntry) => record.kind === 'open' && this.#copies.delete(record.uid);
    const missing = entries.filter((entry) => {
      const here = isHere(entry);
      if (here) entry.spooled?.();
      return !here;
    });
    this.#paced.push(missing);
  }

  /** Keeps a start that is on its way to the store as well. Gives the number of such copies, 0 when it is none. Never rejects. */
  keep(record: OpenRecord): Promise<number> {
    const copying = this.#copy(record).finally(() => this.#copying.delete(copying));
    this.#copying.add(copying);
    return copying;
  }

  async #copy(record: OpenRecord): Promise<number> {
    try {
      const spool = await this.opened();
      const bytes = record.metadata.length + record.facts.length;
      if (spool.statistics.waiting_bytes + bytes > COPIES_WAITING_BYTES) return 0;
      const { stored } = await spool.append([record]);
      this.#options.figures(stored[0] ? { spooled: 1 } : { dropped: 1 });
      if (stored[0]) this.#copies.add(record.uid);
      return stored[0] ? this.#copies.size : 0;
    } catch {
      return 0;
    }
  }

  get copies(): number {
    return this.#copies.size;
  }

  /** Hooks that are not told of copies: the queue tells of those. */
  withoutCopies({ onTaken, ...hooks }: TakenHooks): TakenHooks {
    return {
      ...hooks,
      onTaken: (records, answers) => {
        const told = records.map((record) => !(record.kind === 'open' && this.#copies.delete(record.uid)));
        onTaken?.(
          records.filter((_, i) => told[i]),
          answers.filter((_, i) => told[i]),
        );
      },
    };
  }

  async #append(entries: readonly QueueEntry[]): Promise<void> {
    try {
      await this.#appendAll(entries);
    } catch (error) {
      for (const entry of entries) entry.lost?.(`the spool failed: ${describe(error)}`);
    }
    this.#options.freed();
  }

  async #appendAll(entries: readonly QueueEntry[]): Promise<void> {
    const spool = await this.opened();
    const { stored, reason } = await spool.append(entries.map(({ record }) => record));
    const spooled = stored.filter(Boolean).length;
    this.#options.figures({ spooled, dropped: stored.length - spooled });
    for (const [i, entry] of entries.entries()) {
      if (stored[i]) entry.spooled?.();
      else entry.lost?.(`the spool refused it (${reason})`);
    }
  }

  /** Bytes of the entries on their way there. */
  get waiting_bytes(): number {
    return this.#paced.bytes;
  }

  /** Nothing is on its way there. */
  get quiet(): boolean {
    return this.#paced.quiet;
  }

  /** Resolves when nothing is on its way there any more. */
  async allAppended(): Promise<void> {
    await Promise.all(this.#copying);
    await this.#paced.all();
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
