/**
 * The scope of a question: an open store and its labs. Node only.
 *
 * This folder owns the questions that people and programs ask of a store, and answers them without rendering.
 * They are: what a reference names, how runs and executions ended and why, where metadata came from, what was
 * logged, refused or captured, and whether capture is healthy. The command line and `openProvenance` ask;
 * nothing here writes, or needs a worker.
 * @module
 */
import type { Config } from '../options/config-file';
import { openStore } from '../store/open';
import type { Store } from '../store/store';
import { confinedTo } from './confined/store';
import { instant } from './words';

/** The labs of a question. */
export interface Labs {
  /** The lab for scan ids and the stash. */
  readonly lab: string;
  /** The only lab in lists; if absent, lists contain all labs. */
  readonly only_lab?: string;
  /** True if the reader may only see `only_lab`: nothing of other labs is shown. */
  readonly confined?: boolean;
}

/** The set-up of a store on this machine. */
export interface Installation {
  /** URL of the store. */
  readonly url: string;
  /** Folder of the store's spool on this machine. */
  readonly spool_folder: string;
  /** The config file that was read, if there is one. */
  readonly config?: Config;
}

/** An open store with the labs of a question. */
export interface Scope extends Labs {
  readonly store: Store;
  /** The URL as it was given, for questions that first derive missing links. If absent, nothing is derived. */
  readonly url?: string;
  /** The place of the store and its files, for questions about health; if absent, these fail. */
  readonly installation?: Installation;
  /** Folder against which file names are resolved. If absent, no text is taken for a file, and none is read. */
  readonly cwd?: string;
}

/** An answer, and remarks that a reader should see with it. */
export interface Answer<Value> {
  value: Value;
  remarks: string[];
}

/**
 * Opens a store for reading, for questions about `labs`. Creates no file if it is missing. `reading.limit_ms`:
 * a database server aborts a statement after this time.
 * @throws (rejects) ProvenanceError as {@link openStore}
 */
export async function openScope(
  url: string,
  labs: Labs & { cwd?: string },
  reading: { limit_ms?: number } = {},
): Promise<Scope> {
  return { ...labs, url, store: await openStore(url, { mode: 'read', create: false, ...reading }) };
}

/** A scope with the same store for other `labs`. If these are confined to one lab, other labs are invisible. */
export function scopeFor({ store }: Scope, labs: Labs): Scope {
  const { only_lab, confined } = labs;
  return { ...labs, store: confined && only_lab !== undefined ? confinedTo(store, only_lab) : store };
}

/** Closes the store of a scope. */
export function closeScope({ store }: Scope): Promise<void> {
  return store.close();
}

/**
 * Checks that this release can still read the store. @throws (rejects) STORE_SCHEMA_NEWER, and as {@link
 * openScope}
 */
export async function checkScope({ store }: Scope): Promise<void> {
  await store.identity();
}

/** The place of a scope's store, without credentials. */
export function locationOf({ store }: Scope): string {
  return store.location;
}

/** One sentence with the place to which the store was moved; undefined if it was not moved. */
export async function movedRemark(store: Store): Promise<string | undefined> {
  if (!store.location.startsWith('sqlite:')) return undefined;
  const { moved_to } = await store.identity();
  if (!moved_to) return undefined;
  const day = instant(moved_to.time).slice(0, 10);
  return `${store.location} was moved to ${moved_to.location} on ${day}: this is its content at that time. Set the new URL with --store or PROVENANCE_STORE.`;
}
