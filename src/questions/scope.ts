/**
 * What a question is asked of: an open store, and the labs that are meant. Node only.
 *
 * This folder owns the questions that people and programs ask of a store, and answers them without rendering: what a
 * reference names, how runs and executions ended and why, where metadata came from, what was logged, refused or captured,
 * and whether capture is healthy. The command line and `openProvenance` ask; nothing here writes, or needs a worker.
 * @module
 */
import type { Config } from '../options/config-file';
import { openStore } from '../store/open';
import type { Store } from '../store/store';
import { confinedTo } from './confined/store';
import { instant } from './words';

/** The labs that a question is about. */
export interface Labs {
  /** The lab whose scan ids and stash are meant. */
  readonly lab: string;
  /** The lab that lists keep to; absent: all labs. */
  readonly only_lab?: string;
  /** Nothing is shown of labs other than `only_lab`: who asks may see no more. */
  readonly confined?: boolean;
}

/** A store as it was set up on this machine. */
export interface Installation {
  /** URL of the store. */
  readonly url: string;
  /** Folder of its spool here. */
  readonly spool_folder: string;
  /** The config file that was read, where there is one. */
  readonly config?: Config;
}

/** An open store with the labs that are meant. */
export interface Scope extends Labs {
  readonly store: Store;
  /** Where it is, as it was given: for what a question has to bring up to date first. Absent: it asks of the store as it is. */
  readonly url?: string;
  /** Where the store and what lies beside it is, for questions about health; absent: these have no answer. */
  readonly installation?: Installation;
  /** Folder from which files are named. Absent: no word is taken for a file, and none is read. */
  readonly cwd?: string;
}

/** An answer, and sentences that a reader should see beside it. */
export interface Answer<Value> {
  value: Value;
  remarks: string[];
}

/**
 * Opens a store to be read, for questions about `labs`. Makes no file where there is none. `reading.limit_ms`: a server of a database
 * gives up a statement after that.
 * @throws (rejects) ProvenanceError as {@link openStore}
 */
export async function openScope(
  url: string,
  labs: Labs & { cwd?: string },
  reading: { limit_ms?: number } = {},
): Promise<Scope> {
  return { ...labs, url, store: await openStore(url, { mode: 'read', create: false, ...reading }) };
}

/** The same scope for a reader of `labs`: what other labs have is not there where these are confined to one. */
export function scopeFor({ store }: Scope, labs: Labs): Scope {
  const { only_lab, confined } = labs;
  return { ...labs, store: confined && only_lab !== undefined ? confinedTo(store, only_lab) : store };
}

/** Ends a scope: its store is closed. */
export function closeScope({ store }: Scope): Promise<void> {
  return store.close();
}

/** Looks whether this release still reads the store. @throws (rejects) STORE_SCHEMA_NEWER, and as {@link openScope} */
export async function checkScope({ store }: Scope): Promise<void> {
  await store.identity();
}

/** Where the store of a scope is, without credentials. */
export function locationOf({ store }: Scope): string {
  return store.location;
}

/** Where the store was moved to, as one sentence; undefined where it was not. */
export async function movedRemark(store: Store): Promise<string | undefined> {
  if (!store.location.startsWith('sqlite:')) return undefined;
  const { moved_to } = await store.identity();
  if (!moved_to) return undefined;
  const day = instant(moved_to.time).slice(0, 10);
  return `${store.location} was moved to ${moved_to.location} on ${day}: this is what it held then. Name the new one with --store or PROVENANCE_STORE.`;
}
