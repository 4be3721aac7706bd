/**
 * Reads of data about runs that is not in their documents: removed parts, parts of the log, and use of environments. [isolate-safe]
 * @module
 */
import type { Environment } from '../../model/environment';
import type { LogLine } from '../../model/progress';
import type { LogOwner } from './log-query';
import type { Author } from './stash-changes';

/** A part of a run's record that was removed on purpose, or replaced by a shorter one. */
export interface Removal {
  /** The kind of the removed part: `start` (the run), `stop`, `settled`, `metadata`, …. */
  what: string;
  /** UNIX seconds. */
  time: number;
  reason: string;
  author: Author;
  /** The document's own time, if it has one. */
  document_time?: number;
  /** True if a shorter document replaces it. */
  replaced: boolean;
}

/** Selects lines of one owner, oldest first. */
export interface LogPartQuery {
  owner: LogOwner;
  /** Ordinal of the line before the first one. */
  after?: number;
  /** The same condition as in {@link import('./log-query').LogQuery}. */
  text?: string;
  levels?: readonly string[];
  limit: number;
}

/** A line with its number among those of its owner. Numbers start at 0. */
export interface NumberedLine extends LogLine {
  ordinal: number;
}

/** The number of lines of one level that one owner logged. */
export interface LevelCount {
  level: string;
  lines: number;
}

/** An environment and its use by runs. */
export interface EnvironmentUse {
  /** Key of its row, for the next page of a list. */
  id: number;
  environment: Environment;
  /** Number of its runs, up to the counting limit. */
  runs: number;
  /** uid and opening time (UNIX seconds) of the run recorded last. Absent if it has no run. */
  last?: { uid: string; time: number };
}

/** Reads of removed documents, logs and environments. */
export interface DetailReading {
  /** Returns the parts that were removed from the run with this uid, oldest first. */
  removals(uid: string): Promise<Removal[]>;
  logPart(query: LogPartQuery): Promise<NumberedLine[]>;
  logLevels(owner: LogOwner): Promise<LevelCount[]>;
  /**
   * Returns environments, the latest captured first. `before`: key of the row before which they begin. `counted`: the highest
   * number of runs that is counted per environment. `id`: this one only, or all whose id begins with it.
   */
  environmentUse(query: {
    limit: number;
    before?: number;
    id?: string;
    counted: number;
  }): Promise<EnvironmentUse[]>;
}
