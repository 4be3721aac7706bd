/**
 * The wire form of lineage, as it stands in headers and so in histories. [isolate-safe]
 * @module
 */
import type { Predecessor } from '../model/documents';

/** Where what was passed on comes from: the `lineage` of a header. */
export interface WireLineage {
  /** Producers. They are numbered from 0: entry by entry, and in an entry activities by number, by name, updates, the result. */
  from: WireProducers[];
  /** Which part of what a producer returned stands where. */
  paths?: WirePath[];
  /** Paths are left out: told by sink, since there was no room, or to nobody, since a codec may encrypt what they are made of. */
  paths_by?: 'sink' | 'withheld';
  /** More was passed on than `from` says. */
  partial?: true;
}

/** Producers of one execution that are known by one kind of evidence. */
export interface WireProducers {
  /** Temporal's run id; absent: the execution whose history holds the header. */
  run?: string;
  /** Absent: `identity`. */
  evidence?: Exclude<Predecessor['evidence'], 'identity'>;
  /** Activities whose ids are numbers, as ranges: `1-5000,5003`. */
  n?: string;
  /** Activities with ids of their own. */
  ids?: string[];
  /** Updates, by what they returned. */
  updates?: string[];
  /** What the execution itself returned. */
  result?: true;
}

/**
 * Number of the producer, path in what it returned (`''`: not known here), path in the arguments. With a count: so many such paths, in
 * which an index that is written `[+n]` goes up by one from each to the next, and so does the producer where the last member is 1.
 */
export type WirePath = [producer: number, from: string, to: string, count?: number, step?: 1];
