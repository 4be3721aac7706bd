/**
 * What `doctor` reads: the store, its files, the spool, and what the last workers reported. Reads only. Node
 * only.
 * @module
 */
import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { seenBy } from '../../environment/identity/seen';
import { parseFilter } from '../../filter/parser';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Config } from '../../options/config-file';
import { readSpool, type SpoolReport } from '../../record/spool/report';
import type { StoreIdentity, StorePlace } from '../../store/identity';
import type { LinkState } from '../../store/interface/linking';
import { LATEST_REVISION } from '../../store/migrations';
import { type FileSystem, fileSystemOf } from '../../store/place/file-system';
import { parseStoreUrl } from '../../store/place/location';
import { fileIdentity } from '../../store/sqlite/identity/identity';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';

/** The most worker sessions that are read. */
const SESSIONS = 50;
/** A run that has been open for longer should be settled by `reconcile`. */
const OLD_RUN_SECONDS = 3_600;
/** Runs without an end are counted up to this number. */
const OPEN_RUNS = 200;

/** A session with the environment that it captured. */
export interface Session {
  session: WorkerSession;
  environment: Environment | null;
}

/** What the checks of `doctor` read. */
export interface Facts {
  location: string;
  dialect: 'sqlite' | 'postgres';
  identity: StoreIdentity;
  places: StorePlace[];
  release_schema: number;
  counts: Awaited<ReturnType<Store['counts']>>;
  labs: string[];
  losses: Awaited<ReturnType<Store['losses']>>;
  /** The links that are not derived yet. */
  links: LinkState;
  namespaces: Awaited<ReturnType<Store['namespaces']>>;
  /** The last worker sessions, newest first. */
  sessions: Session[];
  /** True if there are more sessions. */
  more_sessions: boolean;
  /** The name of this machine. */
  host: string;
  /** When the last run opened (UNIX seconds). */
  last_run_time: number | undefined;
  /** Runs without an end that opened more than an hour ago; `more`: there may be others. */
  old_runs: { count: number; oldest_time: number | undefined; more: boolean };
  spool: SpoolReport;
  /** The file that the command line reads, if there is one. */
  config?: Config;
  /** Free bytes on the disks of the store's file and the spool, as far as they can be read. */
  free: { folder: string; bytes: number }[];
  /** The file of a SQLite store. */
  file?: {
    path: string;
    identity: string | undefined;
    modes: { path: string; mode: number }[];
    file_system: FileSystem;
  };
}

/** Gathers the facts of an open store. `url` is the requested URL; `spool_folder` the folder of its spool. */
export async function gatherFacts({ store }: Scope, url: string, spool_folder: string): Promise<Facts> {
  const place = parseStoreUrl(url);
  const [identity, counts, labs, losses, namespaces] = await Promise.all([
    store.identity(),
    store.counts(),
    store.labs(),
    store.losses(),
    store.namespaces(),
  ]);
  return {
    location: store.location,
    dialect: place.dialect,
    identity,
    places: await store.places(),
    release_schema: LATEST_REVISION,
    counts,
    labs,
    losses,
    namespaces,
    links: await store.linkState(),
    ...(await sessionsOf(store)),
    host: hostname(),
    last_run_time: (await store.runs({ limit: 1 }))[0]?.start.time,
    old_runs: await oldRuns(store),
    spool: await readSpool(spool_folder, { count: true }),
    free: await freeBytes([...(place.dialect === 'sqlite' ? [dirname(place.path)] : []), spool_folder]),
    ...(place.dialect === 'sqlite' && { file: await fileFacts(place.path) }),
  };
}

/** A spool that was never used has no folder yet. Its folder will be next to the store. */
async function freeBytes(folders: readonly string[]): Promise<Facts['free']> {
  const known: Facts['free'] = [];
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => undefined);
    if (disk) known.push({ folder, bytes: disk.bavail * disk.bsize });
  }
  return known;
}

async function sessionsOf(store: Store): Promise<Pick<Facts, 'sessions' | 'more_sessions'>> {
  const known = new Map<string, Environment | null>();
  const sessions: Session[] = [];
  const found = await store.sessions(SESSIONS + 1);
  for (const session of found.slice(0, SESSIONS)) {
    const id = session.environment;
    if (id !== undefined && !known.has(id)) known.set(id, await store.environment(id));
    const environment = id === undefined ? undefined : known.get(id);
    sessions.push({ session, environment: environment ? seenBy(environment, session) : null });
  }
  return { sessions, more_sessions: found.length > SESSIONS };
}

/** Uses the index of open runs, so the number of all runs does not matter. */
async function oldRuns(store: Store): Promise<Facts['old_runs']> {
  const opened_before = Date.now() / 1000 - OLD_RUN_SECONDS;
  const filter = parseFilter(`status = 'open' AND time < ${opened_before} ORDER BY time`);
  const open = await store.runs({ filter, limit: OPEN_RUNS + 1 });
  return {
    count: Math.min(open.length, OPEN_RUNS),
    oldest_time: open[0]?.start.time,
    more: open.length > OPEN_RUNS,
  };
}

async function fileFacts(path: string): Promise<NonNullable<Facts['file']>> {
  const modes = [path, `${path}-wal`, `${path}-shm`].flatMap((file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? [{ path: file, mode: stat.mode & 0o777 }] : [];
  });
  return {
    path,
    identity: fileIdentity(path),
    modes,
    file_system: await fileSystemOf(dirname(path)),
  };
}
