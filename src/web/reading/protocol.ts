/**
 * Messages between the page and the threads that read the store. An answer is JSON text: the API passes it on as it is.
 * @module
 */
import type { ProvenanceErrorCode } from '../../errors';
import type { FasterSearch } from '../../questions/hints/indexed';
import type { Installation, Labs } from '../../questions/scope';
import type { Question } from '../questions/question';

/** What a thread reads. */
export interface Reading {
  installation: Installation;
  /** Longest time for one question. */
  limit_ms: number;
}

/** One question. */
export interface Asked {
  id: number;
  question: string;
  input: unknown;
  labs: Labs;
}

/** Why a question has no answer. */
export interface Fault {
  code: ProvenanceErrorCode | 'TIME_LIMIT' | 'BUSY' | 'ANSWER_TOO_LARGE' | 'FAULT';
  message: string;
  /** Of what nobody foresaw: the place in the code. */
  where?: string;
  /** Index into a filter's text, from 0. */
  position?: number;
  /** Of a name that several records have: names that one has each. */
  candidates?: readonly string[];
  /** What can be asked in place of a search that took too long. */
  instead?: FasterSearch;
}

/** What a thread says of a question. */
export type Reply = { id: number; json: string } | { id: number; fault: Fault };

/** Whether a question may take seconds: one with a filter, which may read every run, unless it says otherwise. */
export function mayBeSlow({ slow }: Pick<Question<never, unknown>, 'slow'>, input: unknown): boolean {
  const { where } = (input ?? {}) as { where?: unknown };
  return slow ?? (typeof where === 'string' && where !== '');
}
