/**
 * Copies a store consistently into a SQLite file, also while the store is being written. It uses SQLite's own backup, or exports
 * one snapshot of a PostgreSQL store. It also restores such a copy. The file receives its name only after it is complete and
 * checked. Node only.
 * @module
 */
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ProvenanceError } from '../../errors';
import { parseStoreUrl, type StoreLocation } from '../../store/place/location';
import { type CopyJob, type CopyKind, type CopyResult, makeDurable } from './copy';
import type { CopyReply } from './thread';

interface BackupResult extends CopyResult {
  path: string;
  size_bytes: number;
}

interface BackupOptions {
  /** Aborts it; the partial copy is deleted. */
  signal?: AbortSignal;
}

const SUFFIXES = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Copies the store at `url` into a new SQLite file at `path`, which only its owner can access. The copy is marked: it gets a new
 * identity at its first write.
 * @throws (rejects) ProvenanceError: STORE_URL_INVALID if the file exists, STORE_UNREACHABLE, STORE_CORRUPT
 */
export async function backupStore(
  url: string,
  path: string,
  options: BackupOptions = {},
): Promise<BackupResult> {
  const target = resolve(path);
  if (existsSync(target)) {
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      `The backup ${target} already exists; use another file, or remove it first.`,
    );
  }
  return copyTo(parseStoreUrl(url), target, 'copy', options);
}

/**
 * Restores a backup in place of a lost SQLite store, under the identity of that store.
 * @param target the place of the lost store
 * @throws (rejects) ProvenanceError: STORE_URL_INVALID if a file exists there, STORE_UNREACHABLE, STORE_CORRUPT
 */
export async function restoreStore(
  path: string,
  target: Extract<StoreLocation, { dialect: 'sqlite' }>,
  options: BackupOptions = {},
): Promise<BackupResult> {
  const there = SUFFIXES.map((suffix) => target.path + suffix).find(existsSync);
  if (there !== undefined) {
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      `${there} exists; --restore replaces only a lost store: move it elsewhere first.`,
    );
  }
  const source = resolve(path);
  const place = { dialect: 'sqlite', path: source, location: `sqlite:${source}` } as const;
  return copyTo(place, target.path, 'restored', options);
}

async function copyTo(
  place: StoreLocation,
  target: string,
  kind: CopyKind,
  { signal }: BackupOptions,
): Promise<BackupResult> {
  const partial = `${target}.partial-${hostname()}-${process.pid}`;
  removeLeftovers(dirname(target));
  const remove = () => {
    for (const suffix of SUFFIXES) rmSync(partial + suffix, { force: true });
  };
  signal?.addEventListener('abort', remove, { once: true });
  try {
    closeSync(createPrivate(partial));
    const result = await inThread({ place, partial, kind }, signal);
    renameSync(partial, target);
    makeDurable(dirname(target));
    return { path: target, size_bytes: statSync(target).size, ...result };
  } finally {
    signal?.removeEventListener('abort', remove);
    remove();
  }
}

function createPrivate(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    const words = 'cannot be created; check that its folder exists and belongs to you';
    throw new ProvenanceError('STORE_UNREACHABLE', `The backup ${path} ${words}.`, { cause });
  }
}

/** Deletes partial copies of killed processes of this machine. */
function removeLeftovers(folder: string): void {
  const own = `.partial-${hostname()}-`;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const at = name.lastIndexOf(own);
    const [, pid] = /^(\d+)(-wal|-shm|-journal)?$/.exec(at < 0 ? '' : name.slice(at + own.length)) ?? [];
    if (pid !== undefined && isDead(Number(pid))) rmSync(join(folder, basename(name)), { force: true });
  }
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Neither the copy nor its check yields, so on this thread a signal would be noticed only after them. */
function inThread(job: CopyJob, signal: AbortSignal | undefined): Promise<CopyResult> {
  return new Promise<CopyResult>((done, fail) => {
    const worker = new Worker(join(__dirname, 'thread.js'), { workerData: job, execArgv: [] });
    const end = () => {
      fail(new ProvenanceError('STORE_CLOSED', 'The copy was stopped before it was complete.'));
      void worker.terminate();
    };
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    worker.on('message', (reply: CopyReply) => {
      if ('result' in reply) done(reply.result);
      else fail(new ProvenanceError(reply.fault.code, reply.fault.message));
    });
    worker.on('error', fail);
    worker.on('exit', () => {
      signal?.removeEventListener('abort', end);
      fail(
        new ProvenanceError(
          'STORE_UNREACHABLE',
          'The thread that copies the store ended before the copy was complete.',
        ),
      );
    });
  });
}
