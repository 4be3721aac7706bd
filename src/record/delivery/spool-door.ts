/**
 * The way of queue entries into the spool, which is opened with the first of them: nothing is on the disk before. Node only.
 * @module
 */

import type { SpoolState } from '../../model/environment';
import { OUTAGE } from '../../model/limits';
import type { OpenRecord } from '../../store/store';
import type { SpoolFigures } from '../meter';
import { type IntakeHooks, openSpool, readSpool, type Spool } from '../spool/spool';
import { tryFolder } from '../spool/trial';
import { PacedAppend } from './paced-append';
import type { QueueEntry } from './queue';

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

export class SpoolDoor {
  readonly #options: SpoolDoorOptions;
  /** Starts that are here and on their way to the store as well, by uid. */
  readonly #copies = new Set<string>();
  /** Copies on their way, by uid. */
  readonly #copying = new Map<string, Promise<number>>();
  /** Starts on their way that are no copies, by uid: what becomes of them decides. */
  readonly #appending = new Map<string, Arrival>();
  readonly #paced = new PacedAppend((entries) => this.#append(entries));
  #spool: Promise<Spool> | undefined;
  #saidFault = false;
  /** Why the folder can't be used, as far as is known. */
  #fault: string | undefined;

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
        queue_bytes: OUTAGE.spool_queue_bytes,
        onWarning: say,
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

  /** Tries out the folder, which is needed only when it is too late to mend it. Never rejects. */
  async tried(): Promise<void> {
    const fault = await tryFolder(this.folder);
    if (fault !== undefined) this.#unusable(fault);
  }

  #unusable(fault: string): void {
    this.#fault = fault;
    if (this.#saidFault) return;
    this.#saidFault = true;
    this.#options.say(
      `The spool ${this.folder} cannot be used (${fault}): records that the store does not take wait in memory, and are lost when the process ends. Name a folder that this user can write: spool: { folder: … } in the plugin's options, "spool": { "folder": … } in temporal-provenance.json.`,
    );
  }

  /** What is in it, of all processes. Never rejects. */
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

  /** Entries learn what became of them. Never throws. */
  append(entries: readonly QueueEntry[]): void {
    const missing = this.#withoutThoseHere(entries);
    for (const uid of startsIn(missing)) this.#appending.set(uid, arrival());
    this.#paced.push(missing);
  }

  #withoutThoseHere(entries: readonly QueueEntry[]): QueueEntry[] {
    return entries.filter((entry) => {
      const here = entry.record.kind === 'open' && this.#copies.delete(entry.record.uid);
      if (here) entry.spooled?.();
      return !here;
    });
  }

  /**
   * Keeps a start that is on its way to the store as well. Gives the number of such copies; 0 when it is none, or was on its way
   * here and has its outcome now. Never rejects.
   */
  keep(record: OpenRecord): Promise<number> {
    const appending = this.#appending.get(record.uid);
    if (appending) return appending.come.then(() => 0);
    const copying = this.#copy(record).finally(() => this.#copying.delete(record.uid));
    this.#copying.set(record.uid, copying);
    return copying;
  }

  async #copy(record: OpenRecord): Promise<number> {
    try {
      const spool = await this.opened();
      const bytes = record.metadata.length + record.facts.length;
      if (spool.statistics.waiting_bytes + bytes > OUTAGE.copies_waiting_bytes) return 0;
      const { stored } = await spool.appendCopies([record]);
      if (!stored[0]) return 0;
      this.#options.figures({ spooled: 1 });
      this.#copies.add(record.uid);
      return this.#copies.size;
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
    const uids = startsIn(entries);
    await this.#appendMissing(entries, uids);
    for (const uid of uids) {
      this.#appending.get(uid)?.came();
      this.#appending.delete(uid);
    }
    this.#options.freed();
  }

  /** A copy that is on its way may be there in a moment: only then is it known what is missing. */
  async #appendMissing(entries: readonly QueueEntry[], uids: readonly string[]): Promise<void> {
    await Promise.all(uids.map((uid) => this.#copying.get(uid)));
    const missing = this.#withoutThoseHere(entries);
    try {
      if (missing.length > 0) await this.#appendAll(missing);
    } catch (error) {
      for (const entry of missing) entry.lost?.(`the spool failed: ${describe(error)}`);
    }
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
    await Promise.all(this.#copying.values());
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

/** Of an entry on its way: settles when the entry knows what became of it. */
interface Arrival {
  come: Promise<void>;
  came: () => void;
}

function arrival(): Arrival {
  let came: () => void = () => undefined;
  const come = new Promise<void>((resolve) => {
    came = resolve;
  });
  return { come, came };
}

function startsIn(entries: readonly QueueEntry[]): string[] {
  return entries.flatMap(({ record }) => (record.kind === 'open' ? [record.uid] : []));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
