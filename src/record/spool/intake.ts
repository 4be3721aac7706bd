/**
 * The reading side of a spool. It imports segments into the store, the oldest first, each writer's in order. A process claims a
 * segment by renaming it, so several processes share the work. A segment is deleted only after the store has acknowledged all of
 * it. If a process dies before that, its records are sent again, which is idempotent. Node only.
 * @module
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { decodeRecord } from './codec';
import type { SpoolFiles } from './files';
import { listSegments } from './folder';
import { isLaterFormat, readPieces } from './frames';
import { type SegmentName, segmentFile } from './names';
import { liveness } from './owner';
import { type Quarantined, quarantine } from './quarantine';
import { type Entry, type IntakeHooks, inOrder, SegmentDelivery, StoreAway } from './segment-delivery';

/** The result of one drain. */
export interface DrainReport {
  segments: number;
  /** The number of records that are now in the store. Records of a repeated segment count again. */
  taken: number;
  /** Records moved to quarantine: damaged, unreadable or rejected. */
  quarantined: number;
  /** Segments whose last record was incomplete; it had not been acknowledged. */
  torn_tails: number;
  /** Why it ended early; the rest stays in the spool. */
  stopped?: unknown;
}

/** The source and the batch size of an import. */
export interface IntakeOptions {
  files: SpoolFiles;
  folder: string;
  tag: string;
  /** Segments that this spool still writes, by id. */
  writing: ReadonlySet<string>;
  quarantine_bytes: number;
  /** If it is unknown whether a holder lives, it counts as dead after its file was unchanged for this long. */
  lease_ms: number;
  batch_records: number;
  batch_bytes: number;
  failpoint: (name: 'after-intake-write' | 'before-delete') => void | Promise<void>;
}

/** The reading side of one open spool. */
export class Intake {
  /** Files whose holder may be dead: the time of their last change, and the monotonic time at which this process first saw it. */
  readonly #watched = new Map<string, { modified_ms: number; since: number }>();
  readonly #tries = new Map<string, number>();
  /** Segments of a later version, left to that version. */
  readonly #foreign = new Set<string>();

  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Imports everything possible now. Never rejects. */
  async drain(hooks: IntakeHooks, signal?: AbortSignal): Promise<DrainReport> {
    const report: DrainReport = { segments: 0, taken: 0, quarantined: 0, torn_tails: 0 };
    try {
      while (!signal?.aborted) {
        const taken = await this.#claimNext();
        if (taken === null) break;
        await this.#takeIn(taken, hooks, report);
      }
    } catch (error) {
      report.stopped = error instanceof StoreAway ? error.cause : error;
    }
    return report;
  }

  /** Claims the first free segment of a writer; `null` if there is none. */
  async #claimNext(): Promise<SegmentName | null> {
    const { files, folder, tag } = this.#options;
    const heads = firstOfEach(await listSegments(files, folder));
    this.#forgetAllBut(heads);
    for (const segment of heads) {
      if (this.#foreign.has(segment.id) || !(await this.#mayTake(segment))) continue;
      const file = segmentFile(segment.id, { taker: tag });
      // The rename is the claim: docs/decisions/0012.
      if (!(await files.rename(join(folder, segment.file), join(folder, file)))) continue;
      const claimed: SegmentName = { ...segment, file, state: 'taken', taker: tag };
      // A listing may miss a file that is being renamed. An earlier segment of this writer must go first.
      const first = firstOfEach(await listSegments(files, folder)).find(
        ({ writer }) => writer === segment.writer,
      );
      if (first === undefined || first.id === segment.id) return claimed;
      await this.#release(claimed);
    }
    return null;
  }

  async #mayTake(segment: SegmentName): Promise<boolean> {
    if (segment.state === 'seg') return true;
    const holder = segment.taker ?? segment.writer;
    // Only one drain runs at a time. A segment that this spool holds but does not write was left by a failed rename or removal.
    if (holder === this.#options.tag) return !this.#options.writing.has(segment.id);
    return liveness(holder) === 'gone' || (await this.#isStale(segment));
  }

  /** True if its holder did not change it during the lease, as far as this process saw. */
  async #isStale({ file }: SegmentName): Promise<boolean> {
    const stat = await this.#options.files.stat(join(this.#options.folder, file));
    if (stat === null) return false;
    const seen = this.#watched.get(file);
    if (seen?.modified_ms === stat.modified_ms)
      return performance.now() - seen.since >= this.#options.lease_ms;
    this.#watched.set(file, { modified_ms: stat.modified_ms, since: performance.now() });
    return false;
  }

  #forgetAllBut(segments: readonly SegmentName[]): void {
    const present = new Set(segments.map(({ file }) => file));
    for (const file of this.#watched.keys()) if (!present.has(file)) this.#watched.delete(file);
  }

  #release(segment: SegmentName): Promise<boolean> {
    const { files, folder } = this.#options;
    return files.rename(join(folder, segment.file), join(folder, segmentFile(segment.id, 'seg')));
  }

  async #takeIn(segment: SegmentName, hooks: IntakeHooks, report: DrainReport): Promise<void> {
    const { files, folder } = this.#options;
    try {
      const data = await files.read(join(folder, segment.file));
      // Another process considered it abandoned and has claimed it.
      if (data === null) return;
      if (isLaterFormat(data)) {
        this.#foreign.add(segment.id);
        await this.#release(segment);
        return;
      }
      await this.#deliver(segment, data, hooks, report);
    } catch (error) {
      await this.#release(segment).catch(() => false);
      throw error;
    }
  }

  async #deliver(segment: SegmentName, data: Buffer, hooks: IntakeHooks, report: DrainReport): Promise<void> {
    const { files, folder, failpoint } = this.#options;
    const { entries, quarantined, torn } = sort(data);
    const delivery = new SegmentDelivery(hooks, this.#tries, segment.id);
    for (const batch of this.#batches(entries)) {
      await delivery.send(inOrder(batch));
      await failpoint('after-intake-write');
      await files.touch(join(folder, segment.file));
    }
    await delivery.finish();
    const lost = [...quarantined, ...delivery.quarantined];
    const missing = lost.reduce((sum, { records }) => sum + records, 0);
    if (missing > 0) await quarantine(files, folder, segment.id, lost, this.#options.quarantine_bytes);
    await failpoint('before-delete');
    await files.remove(join(folder, segment.file));
    report.segments += 1;
    report.taken += delivery.taken;
    report.quarantined += missing;
    report.torn_tails += torn ? 1 : 0;
  }

  *#batches(entries: readonly Entry[]): Generator<Entry[], void> {
    let batch: Entry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      if (
        batch.length > 0 &&
        (batch.length === this.#options.batch_records || bytes > this.#options.batch_bytes)
      ) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(entry);
      bytes += entry.payload.length;
    }
    if (batch.length > 0) yield batch;
  }
}

/** Returns the earliest segment of each writer, the oldest writer first. */
function firstOfEach(segments: readonly SegmentName[]): SegmentName[] {
  const heads = new Map<string, SegmentName>();
  for (const segment of segments) {
    const head = heads.get(segment.writer);
    if (head === undefined || segment.number < head.number) heads.set(segment.writer, segment);
  }
  return [...heads.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function sort(data: Buffer): { entries: Entry[]; quarantined: Quarantined[]; torn: boolean } {
  const entries: Entry[] = [];
  const quarantined: Quarantined[] = [];
  let torn = false;
  for (const piece of readPieces(data)) {
    if (piece.kind === 'torn') torn = true;
    else if (piece.kind === 'damage') {
      const { at, length, records } = piece;
      quarantined.push({ at, reason: 'damaged', records, bytes: data.subarray(at, at + length) });
    } else {
      const record = decodeRecord(piece.payload);
      if (record) entries.push({ at: piece.at, payload: piece.payload, record });
      else quarantined.push({ at: piece.at, reason: 'unreadable', records: 1, bytes: piece.payload });
    }
  }
  return { entries, quarantined, torn };
}
