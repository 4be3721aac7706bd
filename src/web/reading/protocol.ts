/**
 * Messages between the page and the threads that read the store. An answer is JSON text, which the API sends unchanged.
 * @module
 */
import type { ProvenanceErrorCode } from '../../errors';
import type { FasterSearch } from '../../questions/hints/indexed';
import type { Installation, Labs } from '../../questions/scope';
import type { Question } from '../questions/question';

/** The settings of a thread. */
export interface Reading {
  installation: Installation;
  /** The maximum time for one question. */
  limit_ms: number;
}

/** One question. */
export interface AskMessage {
  id: number;
  question: string;
  input: unknown;
  labs: Labs;
}

/** Why a question has no answer. */
export interface Fault {
  code: ProvenanceErrorCode | 'TIME_LIMIT' | 'BUSY' | 'ANSWER_TOO_LARGE' | 'FAULT';
  message: string;
  /** The code location of an unexpected error. */
  where?: string;
  /** Index into a filter's text, from 0. */
  position?: number;
  /** For an ambiguous name: a unique name for each record. */
  candidates?: readonly string[];
  /** Faster alternatives to a search that took too long. */
  instead?: FasterSearch;
}

/** The reply of a thread to a question. */
export type Reply = { id: number; json: string } | { id: number; fault: Fault };

/** True if a question may take seconds. The default is true with a filter, because it may read every run. */
export function mayBeSlow({ slow }: Pick<Question<never, unknown>, 'slow'>, input: unknown): boolean {
  const { where } = (input ?? {}) as { where?: unknown };
  return slow ?? (typeof where === 'string' && where !== '');
}
