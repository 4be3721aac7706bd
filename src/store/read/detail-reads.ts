/**
 * Infrequent reads of removed documents, logs, environments and changes. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { ChangesPage, ChangesQuery } from '../interface/changes';
import type { LogOwner } from '../interface/log-query';
import type { Schema } from '../schema';
import type { Store } from '../store';
import { readChanges, readLastState } from './changes';
import { type LastRun, readEnvironmentUse, readLogLevels, readLogPart, readRemovals } from './details';
import type { Contains } from './progress-reads';

/** Queries that depend on the dialect. */
export interface DetailSearches {
  contains: Contains;
  lastRun: LastRun;
}

/** This part of a store's reads. */
export class DetailReads {
  readonly #db: Kysely<Schema>;
  readonly #searches: DetailSearches;

  constructor(db: Kysely<Schema>, searches: DetailSearches) {
    this.#db = db;
    this.#searches = searches;
  }

  removals(uid: string): ReturnType<Store['removals']> {
    return readRemovals(this.#db, uid);
  }

  logPart(query: Parameters<Store['logPart']>[0]): ReturnType<Store['logPart']> {
    return readLogPart(this.#db, query, this.#searches.contains);
  }

  logLevels(owner: LogOwner): ReturnType<Store['logLevels']> {
    return readLogLevels(this.#db, owner);
  }

  environmentUse(query: Parameters<Store['environmentUse']>[0]): ReturnType<Store['environmentUse']> {
    return readEnvironmentUse(this.#db, query, this.#searches.lastRun);
  }

  lastState(): Promise<number> {
    return readLastState(this.#db);
  }

  changes(query: ChangesQuery): Promise<ChangesPage> {
    return readChanges(this.#db, query);
  }
}
