/**
 * What is asked of a store beside a run: what was taken out of it, its log a part at a time, and how its environments were used. [isolate-safe]
 * @module
 */
import type { Environment } from '../../model/environment';
import type { LogLine } from '../../model/progress';
import type { LogOwner } from './log-query';
import type { Author } from './stash-changes';

/** What was taken out of the record of a run on purpose, or replaced by less. */
export interface Burial {
  /** `start` (the run), `stop`, `settled`, `metadata`, …: what stood there. */
  what: string;
  /** UNIX seconds. */
  time: number;
  reason: string;
  author: Author;
  /** The document's own time, where it has one. */
  document_time?: number;
  /** True where something else stands there now. */
  replaced: boolean;
}

/** Which lines of one owner, oldest first. */
export interface LogPartQuery {
  owner: LogOwner;
  /** Ordinal of the line after which they begin. */
  after?: number;
  /** As of {@link import('./log-query').LogQuery}. */
  text?: string;
  levels?: readonly string[];
  limit: number;
}

/** A line with its number among those of its owner, from 0. */
export interface NumberedLine extends LogLine {
  ordinal: number;
}

/** How often lines of each level were logged by one owner. */
export interface LevelCount {
  level: string;
  lines: number;
}

/** An environment with how it was used. */
export interface EnvironmentUse {
  /** Key of its row: where a list goes on. */
  id: number;
  environment: Environment;
  /** Runs that have it, at most as many as were counted. */
  runs: number;
  /** uid and opening (UNIX seconds) of the run recorded last; absent where it has none. */
  last?: { uid: string; time: number };
}

/** Reads of what stands beside runs. */
export interface BesideReading {
  /** Of the run with this uid, as it happened. */
  burials(uid: string): Promise<Burial[]>;
  logPart(query: LogPartQuery): Promise<NumberedLine[]>;
  logLevels(owner: LogOwner): Promise<LevelCount[]>;
  /** The last captured first. `before`: key of the row before which they begin; `counted`: most runs that are counted of each. `id`: that one alone, or all whose ids begin so. */
  environmentUse(query: {
    limit: number;
    before?: number;
    id?: string;
    counted: number;
  }): Promise<EnvironmentUse[]>;
}
