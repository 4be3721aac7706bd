/**
 * The log of unexpected errors: one line each, for the operator. The page shows only the id of the line. Node only.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { placeOf } from '../reading/place';
import { Unanswered } from '../reading/readers';

/** A receiver of log lines. */
export interface FaultLog {
  fault(line: string): void;
}

const ID_BYTES = 4;

/** Logs an unexpected error. @returns its id */
export function noteFault(log: FaultLog, error: unknown, request: { method: string; path: string }): string {
  const id = randomBytes(ID_BYTES).toString('hex');
  log.fault(`fault ${id} at ${request.method} ${request.path}: ${wordsOf(error)}`);
  return id;
}

function wordsOf(error: unknown): string {
  if (error instanceof Unanswered) {
    const { message, where } = error.fault;
    return where === undefined ? message : `${message} (${where})`;
  }
  if (!(error instanceof Error)) return String(error);
  return `${error.message} (${placeOf(error) ?? 'nowhere'})`;
}
