/**
 * A store's methods by name, on the thread that calls them: one connection that writes, one that reads, each opened
 * when it is first needed. The store's thread has one of these; a store opened for reading has one in place of a thread. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { StoreIdentity, StorePlace } from '../identity';
import type { Linked } from '../interface/linking';
import type { TrimCounts } from '../interface/log-query';
import type {
  Author,
  StashChange,
  StashHistoryEntry,
  StashHistoryQuery,
  StashSnapshot,
} from '../interface/stash-changes';
import type { IndexPage } from '../interface/writing';
import type { Reads } from '../read/reads';
import type { Database } from './connection/connection';
import { endsHandle } from './connection/errors';
import { FilePlace } from './connection/file-place';
import { SqliteEngine } from './engine';
import { readIdentity, readPlaces } from './identity/identity';
import type { GroupAnswer } from './writing/answers';
import type { Group } from './writing/group-codec';
import { Labs } from './writing/labs';
import { stashHistory } from './writing/stash';

/** Which file is opened, and what for. */
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
  place: FilePlace;
}

interface Hot {
  engine: SqliteEngine;
  place: FilePlace;
}

/** An open store, called by the names of its methods. */
export class SqliteSession {
  readonly #options: SessionOptions;
  #hot: Hot | undefined;
  #cold: Cold | undefined;
  /** The last handle was given up after an error of the disk: the next one first empties the log that it left. */
  #distrusted = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Opens what the mode asks for. @returns storage_id */
  async open(): Promise<string> {
    if (this.#options.mode === 'write') return this.#write((engine) => engine.storage_id);
    return (await this.identity()).storage_id;
  }

  write(group: Group): GroupAnswer {
    return this.#write((engine) => {
      const answers = engine.write(group);
      return [engine.storage_id, answers];
    });
  }

  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected?: number,
  ): StashSnapshot {
    return this.#write((engine) => engine.changeStash(lab, changes, author, expected));
  }

  trimProgress(before: number, limit: number): TrimCounts {
    return this.#write((engine) => engine.trimProgress(before, limit));
  }

  link(limit: number): Promise<Linked> {
    return this.#writeAsync((engine) => engine.link(limit));
  }

  forgetLinks(): Promise<void> {
    return this.#writeAsync((engine) => engine.forgetLinks());
  }

  async indexValues(page: IndexPage): Promise<boolean> {
    const hot = this.#writer();
    try {
      return this.#kept(hot, await hot.engine.indexValues(page));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async identity(): Promise<StoreIdentity> {
    return readIdentity(await this.#database(), this.#options.location);
  }

  async places(): Promise<StorePlace[]> {
    return readPlaces(await this.#database(), this.#options.location);
  }

  async stash(lab: string): Promise<StashSnapshot> {
    return new Labs(await this.#database()).snapshot(lab);
  }

  async stashHistory(lab: string, query?: StashHistoryQuery): Promise<StashHistoryEntry[]> {
    return stashHistory(await this.#database(), lab, query);
  }

  /** A reader whose file was replaced reads the new one: nothing of a read has to be taken back. */
  async reads(): Promise<Reads> {
    const { path, location, mode } = this.#options;
    if (this.#cold && !this.#cold.place.holds()) this.#closeCold();
    if (this.#cold) return this.#cold.reads;
    if (mode === 'write') this.#writer();
    // Loaded late: a thread that only writes needs no query builder.
    const { openReads } = await import('./open-reads.js');
    if (this.#cold) return (this.#cold as Cold).reads;
    const { reads, database } = openReads(path, location);
    try {
      readIdentity(database, location);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#cold = { reads, database, place: new FilePlace(path) };
    return reads;
  }

  async close(): Promise<void> {
    this.#closeCold();
    const hot = this.#hot;
    this.#hot = undefined;
    hot?.engine.close();
  }

  /** What `action` wrote counts only when the path still names the file that it was written to. */
  #write<T>(action: (engine: SqliteEngine) => T): T {
    const hot = this.#writer();
    try {
      return this.#kept(hot, action(hot.engine));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #writeAsync<T>(action: (engine: SqliteEngine) => Promise<T>): Promise<T> {
    const hot = this.#writer();
    try {
      return this.#kept(hot, await action(hot.engine));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(error: unknown): unknown {
    if (endsHandle(error)) this.#giveUp(true);
    return error;
  }

  #kept<T>({ place }: Hot, result: T): T {
    if (place.holds()) return result;
    this.#giveUp(false);
    throw new ProvenanceError(
      'STORE_UNREACHABLE',
      `The store ${this.#options.location} was removed or replaced while it was open; it is opened again.`,
    );
  }

  #writer(): Hot {
    const { path, location, mode } = this.#options;
    if (mode === 'read') {
      throw new ProvenanceError('STORE_UNREACHABLE', `The store ${location} was opened for reading.`);
    }
    if (this.#hot) return this.#hot;
    const engine = new SqliteEngine({ ...this.#options, distrusted: this.#distrusted });
    this.#distrusted = false;
    this.#hot = { engine, place: new FilePlace(path) };
    return this.#hot;
  }

  #giveUp(distrusted: boolean): void {
    const hot = this.#hot;
    this.#hot = undefined;
    this.#distrusted ||= distrusted;
    try {
      hot?.engine.giveUp();
    } catch {
      // What it did not write stays with whoever wrote it.
    }
  }

  #closeCold(): void {
    const cold = this.#cold;
    this.#cold = undefined;
    cold?.database.close();
  }

  async #database(): Promise<Database> {
    if (this.#options.mode === 'write') return this.#writer().engine.database;
    await this.reads();
    return this.#cold!.database;
  }
}

const OWN_METHODS = [
  'open',
  'write',
  'changeStash',
  'trimProgress',
  'link',
  'forgetLinks',
  'indexValues',
  'identity',
  'places',
  'stash',
  'stashHistory',
  'close',
] as const;

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
