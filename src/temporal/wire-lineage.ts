/**
 * The wire form of lineage in headers, and so in histories. [isolate-safe]
 * @module
 */
import type { Predecessor } from '../model/documents';

/** Where the passed values come from: the `lineage` of a header. */
export interface WireLineage {
  /**
   * Producers. They are numbered from 0: entry by entry, and in an entry activities by number, by name,
   * updates, the result.
   */
  from: WireProducers[];
  /** Which part of a producer's result is at which place. */
  paths?: WirePath[];
  /**
   * Set if paths are left out. `sink`: they are sent by sink, since there was no room. `withheld`: they are not
   * reported, since a codec may encrypt their names.
   */
  paths_by?: 'sink' | 'withheld';
  /** True if more was passed on than `from` contains. */
  partial?: true;
}

/** Producers of one execution with one kind of evidence. */
export interface WireProducers {
  /** Temporal's run id; absent for the execution whose history holds the header. */
  run?: string;
  /** Absent: `identity`. */
  evidence?: Exclude<Predecessor['evidence'], 'identity'>;
  /** Activities whose ids are numbers, as ranges: `1-5000,5003`. */
  n?: string;
  /** Activities with ids of their own. */
  ids?: string[];
  /** Ids of updates whose results were passed on. */
  updates?: string[];
  /** True if the result of the execution itself was passed on. */
  result?: true;
}

/**
 * Number of the producer, path in its result (`''` if it is not known here), path in the arguments. With
 * `count`, it represents this many paths. An index written `[+n]` increases by one from each to the next. If
 * the last member is 1, the number of the producer also increases by one.
 */
export type WirePath = [producer: number, from: string, to: string, count?: number, step?: 1];
