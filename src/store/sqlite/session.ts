/**
 * A store's methods by name, on the thread that calls them: one connection that writes, one that reads, each opened
 * when it is first needed. The store's thread has one of these; a store opened for reading has one in place of a thread. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { Reads } from '../reads';
import type { Author, StashChange, StashHistoryEntry, StashSnapshot, StoreIdentity } from '../store';
import type { RowAnswer } from './answers';
import type { Database } from './connection';
import { readIdentity, SqliteEngine } from './engine';
import type { Group } from './group';
import { Labs } from './labs';
import { stashHistory } from './stash';

export interface SessionOptions {
  path: string;
  location: string;
  mode: 'read' | 'write';
  /** Create the file when it is missing. */
  create: boolean;
}

interface Cold {
  reads: Reads;
  database: Database;
}

export class SqliteSession {
  readonly #options: SessionOptions;
  #engine: SqliteEngine | undefined;
  #cold: Cold | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Opens what the mode asks for. @returns storage_id */
  async open(): Promise<string> {
    if (this.#options.mode === 'write') return this.#writer().storage_id;
    return (await this.identity()).storage_id;
  }

  write(group: Group): RowAnswer[] {
    return this.#writer().write(group);
  }

  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected?: number,
  ): StashSnapshot {
    return this.#writer().changeStash(lab, changes, author, expected);
  }

  async identity(): Promise<StoreIdentity> {
    return readIdentity(await this.#database(), this.#options.location);
  }

  async stash(lab: string): Promise<StashSnapshot> {
    return new Labs(await this.#database()).snapshot(lab);
  }

  async stashHistory(lab: string, options?: { key?: string; limit?: number }): Promise<StashHistoryEntry[]> {
    return stashHistory(await this.#database(), lab, options);
  }

  async reads(): Promise<Reads> {
    if (this.#cold) return this.#cold.reads;
    const { path, location, mode } = this.#options;
    if (mode === 'write') this.#writer();
    // Loaded late: a thread that only writes needs no query builder.
    const { openReads } = await import('./open-reads.js');
    if (this.#cold) return (this.#cold as Cold).reads;
    const cold = openReads(path, location);
    try {
      readIdentity(cold.database, location);
    } catch (error) {
      cold.database.close();
      throw error;
    }
    this.#cold = cold;
    return cold.reads;
  }

  async close(): Promise<void> {
    await this.#cold?.reads.close();
    this.#engine?.close();
  }

  #writer(): SqliteEngine {
    const { location, mode } = this.#options;
    if (mode === 'read') {
      throw new ProvenanceError('STORE_UNREACHABLE', `The store ${location} was opened for reading.`);
    }
    this.#engine ??= new SqliteEngine(this.#options);
    return this.#engine;
  }

  async #database(): Promise<Database> {
    if (this.#options.mode === 'write') return this.#writer().database;
    await this.reads();
    return this.#cold!.database;
  }
}

const OWN_METHODS = ['open', 'write', 'changeStash', 'identity', 'stash', 'stashHistory', 'close'] as const;

/** Calls a method by name: the session's own, else a cold read. */
export async function answer(
  session: SqliteSession,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const own = OWN_METHODS.some((name) => name === method);
  const target = (own ? session : await session.reads()) as unknown as {
    [name: string]: (...args: readonly unknown[]) => unknown;
  };
  return await target[method]!(...args);
}
