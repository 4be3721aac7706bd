/**
 * Messages between the page and the threads that read the store. An answer is JSON text: the API passes it on as it is.
 * @module
 */
import type { ProvenanceErrorCode } from '../../errors';
import type { Labs } from '../../questions/scope';

/** One question. */
export interface Asked {
  id: number;
  question: string;
  input: unknown;
  labs: Labs;
}

/** Why a question has no answer. */
export interface Fault {
  code: ProvenanceErrorCode | 'FAULT';
  message: string;
  /** Index into a filter's text, from 0. */
  position?: number;
}

/** What a thread says of a question. */
export type Reply = { id: number; json: string } | { id: number; fault: Fault };
