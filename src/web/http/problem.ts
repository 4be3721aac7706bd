/**
 * A problem with a request: a status, a sentence and what to do. The API sends it as problem+json (RFC 9457), and pages show it.
 * Node only.
 *
 * This folder owns the checks of every request before a page or the API handles it, and the form of refusals.
 * @module
 */
import type { FasterSearch } from '../../questions/hints/indexed';
import { Unanswered } from '../reading/readers';

/** Statuses of refused and failed requests. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 414 | 421 | 429 | 431 | 500 | 503;

/** A problem with a request. */
export interface Problem {
  status: ProblemStatus;
  /** A stable code for programs: `FILTER_INVALID`, `NOT_FOUND`, `TIME_LIMIT`, … */
  code: string;
  /** One line: what is wrong, where, and what to do. */
  detail: string;
  /** Index into a filter's text, from 0. */
  position?: number;
  /** The name of the invalid parameter. */
  parameter?: string;
  /** The time after which a retry makes sense. */
  retry_after_s?: number;
  /** Alternatives, as parameters of the same address. */
  offers?: readonly Offer[];
  /** For an ambiguous name: a unique name for each record. */
  candidates?: readonly string[];
  /** Faster alternatives to a search that took too long. */
  instead?: FasterSearch;
}

/** An alternative. */
export interface Offer {
  words: string;
  /** Parameters that replace those of the address. */
  parameters: Readonly<Record<string, string>>;
}

/** A request that is refused before it reaches a question. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const STATUS: Readonly<Record<string, ProblemStatus>> = {
  NOT_FOUND: 404,
  CURSOR_GONE: 410,
  AMBIGUOUS: 400,
  FILTER_INVALID: 400,
  REFERENCE_INVALID: 400,
  TIME_LIMIT: 503,
  OTHER_LABS: 403,
  BUSY: 503,
  ANSWER_TOO_LARGE: 503,
};

/** The delay before a retry, for a busy server or a store that is unavailable. */
const RETRY_AFTER_S = 5;

/** Converts an error to a problem. An unexpected error is 500, without its message. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  if (!(error instanceof Unanswered)) return unforeseen();
  const { fault } = error;
  const status = STATUS[fault.code] ?? (fault.code.startsWith('STORE_') ? 503 : undefined);
  if (status === undefined) return unforeseen();
  const { position, candidates, instead } = fault;
  const again = status === 503 && fault.code !== 'ANSWER_TOO_LARGE';
  return {
    status,
    code: fault.code,
    detail: instead?.why === undefined ? fault.message : `${fault.message} ${instead.why}`,
    ...(instead && { instead }),
    ...(candidates && { candidates }),
    ...(position !== undefined && { position }),
    ...(again && { retry_after_s: RETRY_AFTER_S }),
  };
}

function unforeseen(): Problem {
  return { status: 500, code: 'FAULT', detail: 'The request failed inside the server.' };
}
