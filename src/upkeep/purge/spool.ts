/**
 * Purges a spool: segments are claimed by renaming, as whoever takes them in does, and written anew without what is purged.
 * A worker that writes to a claimed segment notices and goes on in the next; a purge that is killed leaves each segment
 * whole, as it was or as it is to be. Node only.
 * @module
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { realFiles, type SpoolFiles } from '../../record/spool/files';
import { listSegments } from '../../record/spool/folder';
import { fileHeader, frameBytes, isLaterFormat, readPieces, writeFrame } from '../../record/spool/frames';
import { type SegmentName, segmentFile } from '../../record/spool/names';
import { liveness, ownTag } from '../../record/spool/owner';
import { editedBytes, writeWhole } from './bytes';
import { purgeQuarantine } from './quarantine';
import type { WaitingEdit } from './waiting';

/** Records that were changed or removed, or would be. */
interface SpoolPurge {
  spool: number;
  quarantine: number;
  /** Records that another process is just taking in, or that a newer release wrote: they still hold it. */
  unreached: number;
}

interface SpoolPurgeOptions {
  dry: boolean;
  /** How long segments are waited for that others are taking in. @defaultValue 15 s */
  wait_ms?: number;
  files?: SpoolFiles;
  /** Tests: where a crash is worth trying. */
  failpoint?: (name: 'claimed' | 'written') => void;
}

const WAIT_MS = 15_000;
const LOOK_MS = 200;
const DRAFT = /\.([0-9a-z-]+)\.draft$/;

/** A folder that is not there holds nothing. */
export async function purgeSpool(
  folder: string,
  edit: WaitingEdit,
  options: SpoolPurgeOptions,
): Promise<SpoolPurge> {
  const files = options.files ?? realFiles;
  if ((await files.stat(folder)) === null) return { spool: 0, quarantine: 0, unreached: 0 };
  const purge = new SpoolRewrite(folder, edit, files, options);
  const spool = options.dry ? await purge.count() : await purge.rewriteAll();
  const quarantine = await purgeQuarantine(files, folder, edit, options.dry ? undefined : purge.tag);
  return { spool, quarantine, unreached: options.dry ? 0 : await purge.unreached() };
}

class SpoolRewrite {
  readonly tag = ownTag();
  readonly #folder: string;
  readonly #edit: WaitingEdit;
  readonly #files: SpoolFiles;
  readonly #options: SpoolPurgeOptions;
  /** Segments, by id, that were claimed; and those in which nothing is left to do. */
  readonly #seen = new Set<string>();
  readonly #done = new Set<string>();

  constructor(folder: string, edit: WaitingEdit, files: SpoolFiles, options: SpoolPurgeOptions) {
    this.#folder = folder;
    this.#edit = edit;
    this.#files = files;
    this.#options = options;
  }

  async count(): Promise<number> {
    let found = 0;
    for (const segment of await listSegments(this.#files, this.#folder)) found += await this.#holds(segment);
    return found;
  }

  /** Goes on until there is no segment left that it has not seen, or its time is over. */
  async rewriteAll(): Promise<number> {
    const deadline = performance.now() + (this.#options.wait_ms ?? WAIT_MS);
    await this.#clearDrafts();
    let changed = 0;
    for (;;) {
      const left = (await listSegments(this.#files, this.#folder)).filter(({ id }) => !this.#seen.has(id));
      if (left.length === 0) return changed;
      let claimed = 0;
      for (const segment of left) {
        const own = await this.#claim(segment);
        if (!own) continue;
        claimed += 1;
        changed += await this.#rewrite(own);
      }
      if (performance.now() >= deadline) return changed;
      await pause(claimed === 0 ? LOOK_MS : 0);
    }
  }

  /** Records in segments that could not be claimed. */
  async unreached(): Promise<number> {
    let found = 0;
    for (const segment of await listSegments(this.#files, this.#folder))
      if (!this.#done.has(segment.id)) found += await this.#holds(segment);
    return found;
  }

  async #holds({ file }: SegmentName): Promise<number> {
    const data = await this.#files.read(join(this.#folder, file));
    return data === null ? 0 : this.#edited(data).changed;
  }

  async #claim(segment: SegmentName): Promise<SegmentName | undefined> {
    if (segment.state === 'taken' && liveness(segment.taker!) !== 'gone') return undefined;
    const file = segmentFile(segment.id, { taker: this.tag });
    const claimed = await this.#files.rename(join(this.#folder, segment.file), join(this.#folder, file));
    if (!claimed) return undefined;
    this.#seen.add(segment.id);
    return { ...segment, file, state: 'taken', taker: this.tag };
  }

  async #rewrite(segment: SegmentName): Promise<number> {
    const path = join(this.#folder, segment.file);
    this.#options.failpoint?.('claimed');
    try {
      const data = await this.#files.read(path);
      // Another process took it for abandoned, and has it now.
      if (data === null) return 0;
      const { bytes, records, changed } = this.#edited(data);
      // A segment of a later release is left to it.
      const later = isLaterFormat(data);
      if (changed === 0 || !later) this.#done.add(segment.id);
      if (changed === 0 || later) return 0;
      if (records > 0) await this.#replace(segment, bytes);
      else await this.#files.remove(path);
      return changed;
    } finally {
      await this.#files.rename(path, join(this.#folder, segmentFile(segment.id, 'seg')));
      await this.#files.syncFolder(this.#folder);
    }
  }

  /** The new content takes the claimed name in one step: nobody ever sees both. */
  async #replace({ id, file }: SegmentName, bytes: Buffer): Promise<void> {
    const draft = join(this.#folder, `${id}.${this.tag}.draft`);
    await writeWhole(this.#files, draft, bytes);
    this.#options.failpoint?.('written');
    await this.#files.rename(draft, join(this.#folder, file));
    await this.#files.syncFolder(this.#folder);
  }

  /** What purges that were killed left. */
  async #clearDrafts(): Promise<void> {
    for (const file of await this.#files.list(this.#folder)) {
      const tag = DRAFT.exec(file)?.[1];
      if (tag && liveness(tag) === 'gone') await this.#files.remove(join(this.#folder, file));
    }
  }

  /** A segment's content with the edits made. Stretches that are no frames are kept as they are, or blank: what is lost there stays counted. */
  #edited(data: Buffer): { bytes: Buffer; records: number; changed: number } {
    const parts: Buffer[] = [fileHeader()];
    let [records, changed] = [0, 0];
    for (const piece of readPieces(data)) {
      const isRecord = piece.kind === 'record';
      const bytes = isRecord ? piece.payload : data.subarray(piece.at, piece.at + piece.length);
      const edited = editedBytes(bytes, this.#edit);
      if (edited !== bytes) changed += 1;
      const kept = edited ?? (isRecord ? undefined : Buffer.alloc(bytes.length));
      if (!kept) continue;
      parts.push(isRecord ? frame(kept, records) : kept);
      records += piece.kind === 'damage' ? piece.records : 1;
    }
    return { bytes: Buffer.concat(parts), records, changed };
  }
}

function frame(payload: Buffer, number: number): Buffer {
  const bytes = Buffer.alloc(frameBytes(payload));
  writeFrame(bytes, 0, payload, number);
  return bytes;
}
