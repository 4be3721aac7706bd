/**
 * The writing side of a spool. Records that arrive while a group is being written form the next group, so the cost per record
 * falls as load rises. File access is asynchronous; the caller's thread only converts records to bytes. Node only.
 * @module
 */
import { SPOOL } from '../../model/limits';
import type { WriteRecord } from '../../store/interface/written';
import type { RecordClass } from './codec';
import { classOf, encodeRecord, runOf } from './codec';
import type { SpoolFiles } from './files';
import { FILE_HEADER_BYTES, frameBytes } from './frames';
import type { DropReason, Ledger } from './ledger';
import type { Room } from './room';
import type { Segment } from './segment';

/** The results of the records of one call, in order. A record that is not stored is dropped permanently, and counted. */
export interface AppendReceipt {
  /** Per record: true if it is durable in the spool. */
  stored: boolean[];
  dropped: number;
  /** Why the last dropped record was dropped. */
  reason?: DropReason;
}

interface Item {
  payload: Buffer;
  kind: RecordClass;
  /** The run that it starts or stops. */
  run: string | undefined;
  /** The record is also elsewhere, so dropping it here loses nothing. */
  copy: boolean;
  report: (reason: DropReason | null) => void;
}

/** The target of records, and the size of a write. */
export interface AppenderOptions {
  files: SpoolFiles;
  room: Room;
  ledger: Ledger;
  /** The highest number of bytes that wait in memory. Records beyond it are dropped. */
  queue_bytes: number;
  /** Bytes per write. */
  group_bytes: number;
  onError: (error: unknown) => void;
  failpoint: (name: 'after-append') => void | Promise<void>;
}

/** The writing side of one open spool. */
export class Appender {
  readonly appended = { records: 0, bytes: 0 };
  #queue: Item[] = [];
  #queued_bytes = 0;
  #segment: Segment | undefined;
  #buffer: Buffer | undefined;
  /** Resolves when the writing loop or the rotation that runs now has ended. Only one runs at a time. */
  #turn: Promise<void> = Promise.resolve();
  #scheduled = false;
  readonly #lost = new Map<string, DropReason>();

  readonly #options: AppenderOptions;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Bytes that wait in memory. */
  get waiting_bytes(): number {
    return this.#queued_bytes;
  }

  /** True if records of this writer may be in its open segment or on their way to it. */
  get pending(): boolean {
    return this.#queue.length > 0 || (this.#segment !== undefined && !this.#segment.empty);
  }

  append(records: readonly WriteRecord[], copies = false): Promise<AppendReceipt> {
    const receipt: AppendReceipt = { stored: records.map(() => false), dropped: 0 };
    if (records.length === 0) return Promise.resolve(receipt);
    return new Promise((resolve) => {
      let left = records.length;
      records.forEach((record, index) => {
        const report = (reason: DropReason | null): void => {
          receipt.stored[index] = reason === null;
          if (reason !== null) {
            receipt.dropped += 1;
            receipt.reason = reason;
          }
          left -= 1;
          if (left === 0) resolve(receipt);
        };
        this.#admit(record, copies, report);
      });
      this.#schedule();
    });
  }

  #admit(record: WriteRecord, copy: boolean, report: Item['report']): void {
    const kind = classOf(record);
    const run = runOf(record);
    const refuse = (reason: DropReason): void => {
      this.#count({ kind, run, copy }, reason);
      void this.#options.ledger.save().then(() => report(reason));
    };
    let payload: Buffer;
    try {
      payload = encodeRecord(record);
    } catch {
      refuse('size');
      return;
    }
    if (payload.length > SPOOL.record_bytes) refuse('size');
    else if (this.#queued_bytes + payload.length > this.#options.queue_bytes) refuse('queue');
    else {
      this.#queued_bytes += payload.length;
      this.#queue.push({ payload, kind, run, copy, report });
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#turn = this.#turn.then(async () => {
      this.#scheduled = false;
      while (this.#queue.length > 0) await this.#writeGroup();
    });
  }

  #takeGroup(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#queue) {
      bytes += frameBytes(payload);
      if (count > 0 && bytes > this.#options.group_bytes) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Stores a group and passes the results to its callers. Never rejects. */
  async #writeGroup(): Promise<void> {
    const group = this.#takeGroup();
    const outcomes: (DropReason | null)[] = [];
    try {
      while (outcomes.length < group.length) await this.#place(group, outcomes);
      await this.#options.failpoint('after-append');
    } catch (error) {
      this.#options.onError(error);
      while (outcomes.length < group.length) this.#drop(group, outcomes, 'disk');
    }
    await this.#options.ledger.save();
    group.forEach((item, index) => {
      this.#queued_bytes -= item.payload.length;
      item.report(outcomes[index] ?? null);
    });
  }

  #drop(group: readonly Item[], outcomes: (DropReason | null)[], reason: DropReason): void {
    this.#count(group[outcomes.length] as Item, reason);
    outcomes.push(reason);
  }

  #count({ kind, run, copy }: Pick<Item, 'kind' | 'run' | 'copy'>, reason: DropReason): void {
    if (copy) return;
    this.#options.ledger.count(kind, reason);
    if (kind !== 'start' || run === undefined) return;
    this.#lost.set(run, reason);
    if (this.#lost.size > SPOOL.lost_runs) this.#lost.delete(this.#lost.keys().next().value as string);
  }

  /** Returns why the start of this stop's run was dropped; undefined if it was not dropped. */
  #startLost({ kind, run }: Item): DropReason | undefined {
    return kind === 'stop' && run !== undefined ? this.#lost.get(run) : undefined;
  }

  /** Writes as many records without a result as fit. At least one of them gets its result. */
  async #place(group: readonly Item[], outcomes: (DropReason | null)[]): Promise<void> {
    for (let attempt = 1; attempt <= SPOOL.place_attempts; attempt += 1) {
      const next = group[outcomes.length] as Item;
      const alone = this.#startLost(next);
      if (alone !== undefined) return this.#drop(group, outcomes, alone);
      const segment = await this.#segmentFor(next);
      if (typeof segment === 'string') return this.#drop(group, outcomes, segment);
      const payloads = this.#together(group.slice(outcomes.length), segment);
      const result = await segment.append(payloads, this.#room(payloads));
      for (const payload of payloads.slice(0, result.stored)) {
        outcomes.push(null);
        this.appended.records += 1;
        this.appended.bytes += payload.length;
      }
      if (result.end !== undefined) await this.#rotateNow();
      if (result.end === 'failed') this.#options.onError(result.error);
      if (result.stored > 0) return;
    }
    this.#options.room.failed();
    this.#drop(group, outcomes, 'disk');
  }

  /** Returns the payloads that fit into this segment in one write. */
  #together(items: readonly Item[], segment: Segment): Buffer[] {
    const out = items.findIndex(
      (item) => (segment.reserved && item.kind === 'start') || this.#startLost(item) !== undefined,
    );
    const allowed = (out === -1 ? items : items.slice(0, out)).map(({ payload }) => payload);
    return allowed.slice(0, segment.fit(allowed));
  }

  #room(payloads: readonly Buffer[]): Buffer {
    const bytes = payloads.reduce((sum, payload) => sum + frameBytes(payload), FILE_HEADER_BYTES);
    const pooled = this.#options.group_bytes + FILE_HEADER_BYTES;
    if (bytes > pooled) return Buffer.allocUnsafeSlow(bytes);
    this.#buffer ??= Buffer.allocUnsafeSlow(pooled);
    return this.#buffer;
  }

  async #segmentFor(item: Item): Promise<Segment | DropReason> {
    const current = this.#segment;
    const start = item.kind === 'start';
    if (current && !(start && current.reserved) && current.fit([item.payload]) === 1) return current;
    const made = await this.#options.room.segment(FILE_HEADER_BYTES + frameBytes(item.payload), start);
    if (typeof made === 'string') return made;
    await this.#rotateNow();
    this.#segment = made;
    return made;
  }

  async #rotateNow(): Promise<void> {
    const sealed = this.#segment;
    this.#segment = undefined;
    await sealed?.seal();
  }

  /** Waits for appended records and closes the open segment, so that it can be imported. */
  rotate(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#rotateNow());
    return this.#turn;
  }

  /** Resolves when all records that were appended so far have their results. */
  flush(): Promise<void> {
    return this.#turn;
  }
}
