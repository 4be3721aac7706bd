/**
 * A store's methods by name, on the calling thread. It has one connection for writing and one for reading, each opened when first
 * needed. The store's thread uses a session. A store opened for reading uses a session instead of a thread. Node only.
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

/** The file to open, and the purpose. */
export interface SessionOptions {
  path: string;
  location: string;
  mode: 'read' | 'write';
  /** Creates the file if it is missing. */
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

/** An open store whose methods are called by name. */
export class SqliteSession {
  readonly #options: SessionOptions;
  #hot: Hot | undefined;
  #cold: Cold | undefined;
  /** True if the last handle was closed after a disk error. The next handle first empties the log that this one left. */
  #distrusted = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Opens the connection that the mode needs.
   * @returns storage_id
   */
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

  /** A reader whose file was replaced reads the new one. Reads need no undo. */
  async reads(): Promise<Reads> {
    const { path, location, mode } = this.#options;
    if (this.#cold && !this.#cold.place.holds()) this.#closeCold();
    if (this.#cold) return this.#cold.reads;
    if (mode === 'write') this.#writer();
    // It is loaded only here, because a thread that only writes needs no query builder.
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

  /** A write of `action` counts only if the path still names the same file. */
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
      `The store ${this.#options.location} was removed or replaced while it was open; it is reopened.`,
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
    // Compared after each group: docs/design/store.md#sqlite.
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
      // The caller still has the records that were not written.
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

/** Calls a method by name: the session's own, otherwise a read. */
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
