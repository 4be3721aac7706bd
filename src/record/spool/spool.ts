/**
 * The place of records while the store is unavailable: a bounded, private folder of append-only segments. They are written
 * durably, and any process imports them later. `docs/design/spool.md` describes the format and the guarantees. Node only.
 * @module
 */

import { resolve } from 'node:path';
import { ProvenanceError } from '../../errors';
import { SPOOL } from '../../model/limits';
import type { WriteRecord } from '../../store/interface/written';
import { type FileSystem, fileSystemOf, fileSystemWarning } from '../../store/place/file-system';
import { Appender, type AppendReceipt } from './appender';
import { realFiles, type SpoolFiles } from './files';
import { listSegments, prepareFolder } from './folder';
import { type DrainReport, Intake } from './intake';
import { type Dropped, Ledger } from './ledger';
import { ownTag } from './owner';
import { Room } from './room';
import type { IntakeHooks } from './segment-delivery';

export type { AppendReceipt } from './appender';
export type { DrainReport } from './intake';
export { readSpool, type SpoolReport } from './report';
export type { IntakeHooks, OpenRecord } from './segment-delivery';

/** Points at which tests simulate a crash. */
export type Failpoint = 'after-append' | 'after-intake-write' | 'before-delete';

/** The place and the limits of a spool. */
export interface SpoolOptions {
  /** A dedicated folder on a local disk. */
  folder: string;
  /** Location of its store, if an option names the folder. The folder of another store is refused. */
  store?: string;
  /** The highest number of bytes of the folder's records, over all processes. @defaultValue 256 MiB */
  cap_bytes?: number;
  /** A longer record has its own segment. @defaultValue 1 MiB */
  segment_bytes?: number;
  /** Bytes that wait in memory for the disk. @defaultValue 8 MiB */
  queue_bytes?: number;
  /** Bytes per write. @defaultValue 256 KiB */
  group_bytes?: number;
  /** The pause before another attempt after the disk or the limit refused. @defaultValue 250 ms */
  retry_ms?: number;
  /** @defaultValue 30 s */
  lease_ms?: number;
  /** Records per write during an import. @defaultValue 200 */
  batch_records?: number;
  /** What happens if the folder is on a network or temporary file system. @defaultValue 'warn' */
  unsafe_file_system?: 'warn' | 'refuse';
  onWarning?: (message: string) => void;
  /** For tests: a file layer with faults, and a hook at the points of simulated crashes. */
  files?: SpoolFiles;
  failpoint?: (name: Failpoint) => void | Promise<void>;
}

/** The counts of this process, at no cost. `readSpool` returns those of all processes. */
export interface SpoolStatistics {
  appended: { records: number; bytes: number };
  /** Records that this process dropped, and those of ended processes whose counts it took over. */
  dropped: Dropped;
  taken: number;
  quarantined: number;
  torn_tails: number;
  /** Bytes in memory on their way to the disk. */
  waiting_bytes: number;
  /** Message of the last disk failure. */
  last_error?: string;
  file_system: FileSystem;
}

/** An open spool of this process. */
export interface Spool {
  readonly folder: string;
  /** Resolves when each record is durable or dropped. Never rejects and has no deadline. */
  append(records: readonly WriteRecord[]): Promise<AppendReceipt>;
  /**
   * As `append`, for copies of records that are also sent elsewhere. A copy that finds no room is not stored, and is not a loss.
   */
  appendCopies(records: readonly WriteRecord[]): Promise<AppendReceipt>;
  /**
   * Imports everything possible now, including this process's records. Only one runs at a time: a second call joins the first.
   * Never rejects.
   */
  drain(hooks: IntakeHooks, signal?: AbortSignal): Promise<DrainReport>;
  /** True if no record of any process waits. */
  empty(): Promise<boolean>;
  readonly statistics: SpoolStatistics;
  /** Waits for appends and for the current segment of a running drain. Leaves the rest for the next process. */
  close(): Promise<void>;
}

async function checkFileSystem(folder: string, options: SpoolOptions): Promise<FileSystem> {
  const fileSystem = await fileSystemOf(folder);
  const warning = fileSystemWarning('The spool', folder, fileSystem);
  if (warning && options.unsafe_file_system === 'refuse')
    throw new ProvenanceError('OPTION_INVALID', warning);
  if (warning) options.onWarning?.(warning);
  return fileSystem;
}

/** Opens a spool and creates its folder (mode 0700, files 0600). Rejects if the folder can't be created or used. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const cap_bytes = options.cap_bytes ?? SPOOL.cap_bytes;
  if (!(cap_bytes >= SPOOL.min_cap_bytes))
    throw new ProvenanceError(
      'OPTION_INVALID',
      `The spool's cap must be at least ${SPOOL.min_cap_bytes} bytes.`,
    );
  const folder = resolve(options.folder);
  await prepareFolder(folder, options.store);
  const fileSystem = await checkFileSystem(folder, options);
  const spool = new OpenSpool({ ...options, folder, cap_bytes }, fileSystem);
  await spool.ledger.open();
  return spool;
}

class OpenSpool implements Spool {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly #appender: Appender;
  readonly #intake: Intake;
  readonly #files: SpoolFiles;
  readonly #totals = { taken: 0, quarantined: 0, torn_tails: 0 };
  #draining: Promise<DrainReport> | undefined;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #last_error: string | undefined;

  readonly #fileSystem: FileSystem;

  constructor(options: SpoolOptions & { cap_bytes: number }, fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;

    const { folder, cap_bytes } = options;
    const files = options.files ?? realFiles;
    const tag = ownTag();
    const failpoint = options.failpoint ?? (() => undefined);
    const quarantine_bytes = Math.floor(cap_bytes * SPOOL.quarantine_share);
    const onError = (error: unknown): void => {
      this.#last_error = error instanceof Error ? error.message : String(error);
    };
    this.folder = folder;
    this.#files = files;
    this.ledger = new Ledger(files, folder, tag);
    const writing = new Set<string>();
    const room = new Room({
      place: { files, folder, writing },
      tag,
      onError,
      cap_bytes: cap_bytes - quarantine_bytes,
      segment_bytes: options.segment_bytes ?? SPOOL.segment_bytes,
      retry_ms: options.retry_ms ?? SPOOL.retry_ms,
    });
    const queue_bytes = options.queue_bytes ?? SPOOL.queue_bytes;
    const group_bytes = options.group_bytes ?? SPOOL.group_bytes;
    this.#appender = new Appender({
      files,
      room,
      ledger: this.ledger,
      queue_bytes,
      group_bytes,
      onError,
      failpoint,
    });
    this.#intake = new Intake({
      files,
      folder,
      tag,
      writing,
      quarantine_bytes,
      failpoint,
      lease_ms: options.lease_ms ?? SPOOL.lease_ms,
      batch_records: options.batch_records ?? SPOOL.batch_records,
      batch_bytes: SPOOL.batch_bytes,
    });
  }

  append(records: readonly WriteRecord[]): Promise<AppendReceipt> {
    return this.#appender.append(records);
  }

  appendCopies(records: readonly WriteRecord[]): Promise<AppendReceipt> {
    return this.#appender.append(records, true);
  }

  drain(hooks: IntakeHooks, signal?: AbortSignal): Promise<DrainReport> {
    this.#draining ??= this.#drainAll(hooks, signal).finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drainAll(hooks: IntakeHooks, signal?: AbortSignal): Promise<DrainReport> {
    const until = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const total: DrainReport = { segments: 0, taken: 0, quarantined: 0, torn_tails: 0 };
    do {
      await this.#appender.rotate();
      const report = await this.#intake.drain(hooks, until);
      for (const field of ['taken', 'quarantined', 'torn_tails'] as const) {
        total[field] += report[field];
        this.#totals[field] += report[field];
      }
      total.segments += report.segments;
      if (report.stopped !== undefined) total.stopped = report.stopped;
      if (report.segments === 0) break;
    } while (this.#appender.pending && total.stopped === undefined && !until.aborted);
    return total;
  }

  async empty(): Promise<boolean> {
    if (this.#appender.pending || this.#appender.waiting_bytes > 0) return false;
    return (await listSegments(this.#files, this.folder)).length === 0;
  }

  get statistics(): SpoolStatistics {
    const statistics: SpoolStatistics = {
      appended: { ...this.#appender.appended },
      dropped: structuredClone(this.ledger.dropped),
      ...this.#totals,
      waiting_bytes: this.#appender.waiting_bytes,
      file_system: this.#fileSystem,
    };
    if (this.#last_error !== undefined) statistics.last_error = this.#last_error;
    return statistics;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#closing.abort();
    await this.#draining;
    await this.#appender.flush();
    await this.#appender.rotate();
    await this.ledger.close();
  }
}
