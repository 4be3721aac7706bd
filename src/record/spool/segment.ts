/**
 * A segment while this process writes it. A group of records is acknowledged when its bytes are on the disk *and* the file still
 * has its original name. A process that imports a segment renames it first. A group that is written after that counts as not
 * stored, and goes to the next segment. Node only.
 * @module
 */
import { join } from 'node:path';
import { type SpoolFile, type SpoolFiles, writeFully } from './files';
import { FILE_HEADER_BYTES, fileHeader, frameBytes, writeFrame } from './frames';
import { segmentFile } from './names';

/** The result of a group: the number of durable records. `end` is set if the segment must not be used again. */
export interface GroupResult {
  stored: number;
  end?: 'fenced' | 'failed';
  error?: unknown;
}

/** The place where a spool writes. */
export interface SegmentPlace {
  files: SpoolFiles;
  folder: string;
  /** Segments that are not closed yet, by id. */
  writing: Set<string>;
}

interface NewSegment {
  id: string;
  limit: number;
  reserved: boolean;
}

/** A segment, created by {@link Segment.create} and ended by `seal`. */
export class Segment {
  #size = 0;
  #count = 0;

  readonly #place: SegmentPlace;
  readonly #id: string;
  readonly #limit: number;
  /** True if it accepts no starts: the last room is reserved for ends of started runs. */
  readonly reserved: boolean;
  readonly #file: SpoolFile;

  private constructor(place: SegmentPlace, { id, limit, reserved }: NewSegment, file: SpoolFile) {
    this.#place = place;
    this.#id = id;
    this.#limit = limit;
    this.reserved = reserved;
    this.#file = file;
  }

  static async create(place: SegmentPlace, made: NewSegment): Promise<Segment> {
    const { files, folder, writing } = place;
    writing.add(made.id);
    try {
      const file = await files.create(join(folder, segmentFile(made.id, 'open')));
      return new Segment(place, made, file);
    } catch (error) {
      writing.delete(made.id);
      throw error;
    }
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  get bytes(): number {
    return this.#size;
  }

  get #path(): string {
    return join(this.#place.folder, segmentFile(this.#id, 'open'));
  }

  /** Returns how many of these payloads fit, counted from the first one. */
  fit(payloads: readonly Uint8Array[]): number {
    let end = Math.max(this.#size, FILE_HEADER_BYTES);
    let fitting = 0;
    for (const payload of payloads) {
      end += frameBytes(payload);
      if (end > this.#limit) break;
      fitting += 1;
    }
    return fitting;
  }

  /** Writes payloads that fit as one group. Never rejects. */
  async append(payloads: readonly Uint8Array[], buffer: Buffer): Promise<GroupResult> {
    try {
      return await this.#write(payloads, buffer);
    } catch (error) {
      return { stored: 0, end: 'failed', error };
    }
  }

  async #write(payloads: readonly Uint8Array[], buffer: Buffer): Promise<GroupResult> {
    const first = this.#size === 0;
    let end = first ? fileHeader().copy(buffer) : 0;
    const ends = payloads.map((payload, index) => {
      end = writeFrame(buffer, end, payload, this.#count + index);
      return end;
    });
    const { written, error } = await writeFully(this.#file, buffer.subarray(0, end), this.#size);
    const whole = ends.filter((each) => each <= written).length;
    // An incomplete frame on a full disk is cut off. If even that fails, readers find the next frame.
    if (error !== undefined)
      await this.#file.truncate(this.#size + (ends[whole - 1] ?? 0)).catch(() => undefined);
    if (whole === 0) return { stored: 0, end: 'failed', error };
    await this.#file.sync();
    const { files, folder } = this.#place;
    if (first) await files.syncFolder(folder);
    // A renamed file is no longer ours: docs/decisions/0012.
    if ((await files.stat(this.#path)) === null) return { stored: 0, end: 'fenced' };
    this.#size += ends[whole - 1] as number;
    this.#count += whole;
    return error === undefined ? { stored: whole } : { stored: whole, end: 'failed', error };
  }

  /**
   * Closes it permanently, so that it can be imported. An empty one is deleted. Never rejects: if the rename fails, e.g. on a
   * full disk, the file keeps its name and is no longer written. It is imported under that name.
   */
  async seal(): Promise<void> {
    const { files, folder, writing } = this.#place;
    await this.#file.close().catch(() => undefined);
    const done = this.empty
      ? files.remove(this.#path)
      : files.rename(this.#path, join(folder, segmentFile(this.#id, 'seg')));
    await done.catch(() => false);
    writing.delete(this.#id);
  }
}
