/**
 * What the spool's tests share: records, a store that remembers what it was given, and a file layer with faults.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProvenanceError } from '../../src/errors';
import { realFiles, type SpoolFile, type SpoolFiles } from '../../src/record/spool/files';
import { openSpool, type Spool, type SpoolOptions } from '../../src/record/spool/spool';
import type { OpenRecord, StopRecord, WriteAnswer, WriteRecord } from '../../src/store/interface/written';

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'spool-'));
}

/** A spool of small segments, which tries at once again what failed. */
export function openSmall(folder: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({ folder, segment_bytes: 4096, retry_ms: 0, ...options });
}

/** Starts and stops of `count` runs. */
export function runs(from: number, count: number): WriteRecord[] {
  return Array.from({ length: count }, (_, n) => [start(`run-${from + n}`), stop(`run-${from + n}`)]).flat();
}

/** What a store that cannot be reached answers. */
export const away = () => new ProvenanceError('STORE_UNREACHABLE', 'down');

/** Bytes of records in a spool's folder, those set aside included. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const kept = entries.filter(
    (entry) => entry.isFile() && entry.name !== 'spool.json' && !entry.parentPath.endsWith('ledger'),
  );
  const sizes = await Promise.all(kept.map((entry) => stat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Bytes of all files of a spool: what is in one is on its way to the disk, at least. */
export function spooledText(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, name), 'latin1'))
    .join();
}

/** What all open files inherit: a disk that is slow to sync is put here. */
export async function fileHandles(): Promise<FileHandle> {
  const handle = await open('/dev/null');
  await handle.close();
  return Object.getPrototypeOf(handle);
}

export function start(uid: string, filler = ''): OpenRecord {
  return {
    kind: 'open',
    uid,
    time: 1,
    lab: 'default',
    numbered: true,
    stash_version: 3,
    metadata: JSON.stringify({ fields: { uid, filler }, sources: {} }),
    facts: '{"temporal":{},"provenance":{}}',
    namespace: 'default',
    workflow_id: 'w',
    run_id: 'r',
    workflow_type: 'scan',
    activity_id: '1',
    activity_type: 'measure',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
    scheduled_time: 1,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
  };
}

export function stop(uid: string): StopRecord {
  return {
    kind: 'stop',
    uid: `${uid}-stop`,
    run_start: uid,
    time: 2,
    exit_status: 'success',
    document: '{}',
  };
}

/** Identity under which a record is idempotent. */
export function identity(record: WriteRecord): string {
  if (record.kind === 'open' || record.kind === 'stop') return record.uid;
  return JSON.stringify(record);
}

/** A store in memory: idempotent by identity, numbers starts, notices a stop that comes before its start. */
export class MemoryStore {
  readonly records = new Map<string, WriteRecord>();
  readonly scan_ids = new Map<string, number>();
  /** Order in which identities were first stored. */
  readonly order: string[] = [];
  readonly faults: string[] = [];
  repeated = 0;
  /** Rejects the whole write when it holds one of these. */
  poison = new Set<string>();
  /** Answers `rejected` for these. */
  rejected = new Set<string>();
  away: unknown;

  write = async (records: readonly WriteRecord[]): Promise<WriteAnswer[]> => {
    await Promise.resolve();
    if (this.away !== undefined) throw this.away;
    for (const record of records)
      if (this.poison.has(identity(record))) throw new RangeError(`can't bind ${identity(record)}`);
    return records.map((record) => this.one(record));
  };

  private one(record: WriteRecord): WriteAnswer {
    const id = identity(record);
    if (this.rejected.has(id)) return { kind: 'rejected', reason: 'never' };
    if (this.records.has(id)) this.repeated += 1;
    else {
      this.records.set(id, record);
      this.order.push(id);
      if (record.kind === 'open') this.scan_ids.set(id, this.scan_ids.size + 1);
      if (record.kind === 'stop' && !this.records.has(record.run_start))
        this.faults.push(`${id} before its start`);
    }
    if (record.kind !== 'open') return { kind: 'done' };
    const scan_id = this.scan_ids.get(id) as number;
    return { kind: 'opened', scan_id, seq: scan_id, storage_id: 's', state_id: 1, retry_of: null };
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** Real files, with faults that a test switches on and off. */
export class FaultyFiles {
  /** Bytes that the disk still takes; `Infinity`: a disk with room. */
  free = Number.POSITIVE_INFINITY;
  /** Codes that the next calls fail with, one per call. */
  readonly syncs: string[] = [];
  readonly creates: string[] = [];
  /** `undefined`, here and below: that call does not fail. */
  readonly renames: (string | undefined)[] = [];
  readonly removals: string[] = [];
  readonly lists: (string | undefined)[] = [];
  /** Most bytes that one write takes. */
  most = Number.POSITIVE_INFINITY;

  readonly files: SpoolFiles = {
    ...realFiles,
    create: async (path) => {
      const code = this.creates.shift();
      if (code !== undefined) throw failure(code);
      return this.wrap(await realFiles.create(path));
    },
    rename: async (from, to) => {
      const code = this.renames.shift();
      if (code !== undefined) throw failure(code);
      return realFiles.rename(from, to);
    },
    list: async (folder) => {
      const code = this.lists.shift();
      if (code !== undefined) throw failure(code);
      return realFiles.list(folder);
    },
    remove: async (path) => {
      const code = this.removals.shift();
      if (code !== undefined) throw failure(code);
      return realFiles.remove(path);
    },
  };

  private wrap(file: SpoolFile): SpoolFile {
    // Writing over what is there needs no room.
    let size = 0;
    return {
      ...file,
      write: async (bytes, at) => {
        const there = Math.max(0, size - at);
        const count = Math.min(bytes.length, this.most, there + this.free);
        if (count <= 0) throw failure('ENOSPC');
        this.free -= Math.max(0, count - there);
        size = Math.max(size, at + count);
        return file.write(bytes.subarray(0, count), at);
      },
      sync: async () => {
        const code = this.syncs.shift();
        if (code !== undefined) throw failure(code);
        await file.sync();
      },
    };
  }
}
