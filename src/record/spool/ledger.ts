/**
 * Counts dropped records, and keeps the counts after the process ends. Each writer has a file of fixed size, created when the
 * spool is opened, so counting works on a full disk. Two slots are written in turn, each with its checksum: an incomplete write
 * leaves the other slot. The next opening absorbs the ledger of a dead writer. Node only.
 * @module
 */

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SPOOL } from '../../model/limits';
import type { RecordClass } from './codec';
import { type SpoolFile, type SpoolFiles, writeFully } from './files';
import { LEDGERS } from './names';
import { liveness } from './owner';

const SLOT_BYTES = 2048;
const SLOT_HEADER_BYTES = 16;

/**
 * Why a record was dropped. `cap`: no room under the limit. `disk`: the disk refused. `queue`: no room in memory. `size`: it is
 * too long.
 */
export type DropReason = 'cap' | 'disk' | 'queue' | 'size';

/** The exact counts of records that were lost. */
export interface Dropped {
  by_kind: { [kind in RecordClass]: number };
  by_reason: { [reason in DropReason]: number };
  /** UNIX seconds of the last one; 0: none. */
  last_time: number;
}

/** Returns zero counts. */
export function noneDropped(): Dropped {
  return {
    by_kind: { start: 0, stop: 0, other: 0 },
    by_reason: { cap: 0, disk: 0, queue: 0, size: 0 },
    last_time: 0,
  };
}

function add(total: Dropped, more: Dropped): void {
  for (const kind of ['start', 'stop', 'other'] as const) total.by_kind[kind] += more.by_kind[kind] ?? 0;
  for (const reason of ['cap', 'disk', 'queue', 'size'] as const)
    total.by_reason[reason] += more.by_reason[reason] ?? 0;
  total.last_time = Math.max(total.last_time, more.last_time ?? 0);
}

interface Slot {
  turn: number;
  dropped: Dropped;
  /** Ledgers whose sums are included here. Their files do not count if they still exist. */
  absorbed: string[];
}

function encodeSlot(slot: Slot): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  const text = Buffer.from(JSON.stringify(slot), 'utf8');
  bytes.writeUInt32LE(text.length, 0);
  bytes.writeUInt32LE(crc32(text), 4);
  text.copy(bytes, SLOT_HEADER_BYTES);
  return bytes;
}

function decodeSlot(bytes: Buffer): Slot | null {
  if (bytes.length < SLOT_HEADER_BYTES) return null;
  const text = bytes.subarray(SLOT_HEADER_BYTES, SLOT_HEADER_BYTES + bytes.readUInt32LE(0));
  if (text.length === 0 || crc32(text) !== bytes.readUInt32LE(4)) return null;
  return JSON.parse(text.toString('utf8')) as Slot;
}

function newest(bytes: Buffer): Slot | null {
  const slots = [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_BYTES))];
  return slots.reduce((best, slot) => (slot && (!best || slot.turn > best.turn) ? slot : best), null);
}

/** Returns the writer of a ledger's file. The part after `~` names the writer that absorbs it. */
function writerOf(file: string): string {
  return file.split('~')[0] as string;
}

/** Returns the sums of all writers, including dead ones. */
export async function readLedgers(files: SpoolFiles, folder: string): Promise<Dropped> {
  const found = await readSlots(files, folder);
  const absorbed = new Set([...found.values()].flatMap((slot) => slot.absorbed));
  const total = noneDropped();
  for (const [writer, slot] of found) if (!absorbed.has(writer)) add(total, slot.dropped);
  return total;
}

/** This writer's ledger. */
export class Ledger {
  readonly dropped: Dropped = noneDropped();
  #turn = 0;
  #saved = 0;
  #changes = 0;
  #absorbed: string[] = [];
  #file: SpoolFile | undefined;

  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #tag: string;

  constructor(files: SpoolFiles, folder: string, tag: string) {
    this.#files = files;
    this.#folder = folder;
    this.#tag = tag;
  }

  count(kind: RecordClass, reason: DropReason): void {
    this.dropped.by_kind[kind] += 1;
    this.dropped.by_reason[reason] += 1;
    this.dropped.last_time = Date.now() / 1000;
    this.#changes += 1;
  }

  /** Creates the file and absorbs the counts of dead writers. Never rejects: on a full disk it is done later. */
  async open(): Promise<void> {
    try {
      await this.save(true);
      await this.#absorb();
    } catch {
      // The counts stay in memory until a later save succeeds.
    }
  }

  /** Writes the counts to the file without a flush to the disk. A killed process loses no counts. Never rejects. */
  async save(always = false): Promise<void> {
    const changes = this.#changes;
    if (changes === this.#saved && !always) return;
    try {
      this.#file ??= await this.#create();
      this.#turn += 1;
      const slot = encodeSlot({ turn: this.#turn, dropped: this.dropped, absorbed: this.#absorbed });
      const { error } = await writeFully(this.#file, slot, (this.#turn % 2) * SLOT_BYTES);
      if (error === undefined) this.#saved = changes;
    } catch {
      // As above.
    }
  }

  async #create(): Promise<SpoolFile> {
    const path = join(this.#folder, LEDGERS, this.#tag);
    const file = await this.#files.create(path);
    const { error } = await writeFully(file, Buffer.alloc(2 * SLOT_BYTES), 0);
    if (error === undefined) return file;
    await file.close();
    await this.#files.remove(path);
    throw error;
  }

  async #absorb(): Promise<void> {
    const others = await this.#files.list(join(this.#folder, LEDGERS));
    const dead = others.filter((file) => {
      const holder = file.includes('~') ? (file.split('~')[1] as string) : file;
      return writerOf(file) !== this.#tag && liveness(holder) === 'gone';
    });
    for (const file of dead.slice(0, SPOOL.absorbed_ledgers)) await this.#absorbOne(file);
  }

  async #absorbOne(file: string): Promise<void> {
    const claimed = join(this.#folder, LEDGERS, `${writerOf(file)}~${this.#tag}`);
    if (!(await this.#files.rename(join(this.#folder, LEDGERS, file), claimed))) return;
    const others = await readSlots(this.#files, this.#folder);
    const slot = newest((await this.#files.read(claimed)) ?? Buffer.alloc(0));
    const counted = [...others].some(
      ([writer, { absorbed }]) => writer !== this.#tag && absorbed.includes(writerOf(file)),
    );
    if (slot && !counted) {
      add(this.dropped, slot.dropped);
      this.#absorbed.push(writerOf(file), ...slot.absorbed);
      this.#changes += 1;
      await this.save();
      if (this.#saved !== this.#changes) throw new Error('the ledger accepts no more changes');
    }
    // A writer that died while absorbing may have left a file whose counts were already absorbed.
    for (const left of await this.#files.list(join(this.#folder, LEDGERS)))
      if (this.#absorbed.includes(writerOf(left)))
        await this.#files.remove(join(this.#folder, LEDGERS, left));
    await this.#files.remove(claimed);
    this.#absorbed = [];
    this.#changes += 1;
    await this.save();
  }

  /** Keeps the file for later readers if records were dropped; otherwise deletes it. */
  async close(): Promise<void> {
    await this.save();
    await this.#file?.sync().catch(() => undefined);
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    if (this.dropped.last_time === 0)
      await this.#files.remove(join(this.#folder, LEDGERS, this.#tag)).catch(() => undefined);
  }
}

async function readSlots(files: SpoolFiles, folder: string): Promise<Map<string, Slot>> {
  const slots = new Map<string, Slot>();
  for (const file of await files.list(join(folder, LEDGERS))) {
    const slot = newest((await files.read(join(folder, LEDGERS, file))) ?? Buffer.alloc(0));
    if (slot) slots.set(writerOf(file), slot);
  }
  return slots;
}
