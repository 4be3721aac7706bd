/**
 * What went wrong with a request, as a status, a sentence and a way out: the API sends it as problem+json (RFC 9457), pages show
 * it. Node only.
 *
 * This folder owns what every request passes before a page or the API sees it, and how refusals look.
 * @module
 */
import type { FasterSearch } from '../../questions/hints/indexed';
import { Unanswered } from '../reading/readers';

/** Statuses of refused and failed requests. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 414 | 421 | 429 | 431 | 500 | 503;

/** A request that has no answer. */
export interface Problem {
  status: ProblemStatus;
  /** Stable, for programs: `FILTER_INVALID`, `NOT_FOUND`, `TIME_LIMIT`, … */
  code: string;
  /** One line: what is wrong, where, the way out. */
  detail: string;
  /** Index into a filter's text, from 0. */
  position?: number;
  /** Name of the parameter that is wrong. */
  parameter?: string;
  /** When it is worth asking again. */
  retry_after_s?: number;
  /** Ways out, as parameters of the same address. */
  offers?: readonly Offer[];
  /** Of a name that several records have: names that one has each. */
  candidates?: readonly string[];
  /** What can be asked in place of a search that took too long. */
  instead?: FasterSearch;
}

/** A way out. */
export interface Offer {
  words: string;
  /** Parameters that take the place of those of the address. */
  parameters: Readonly<Record<string, string>>;
}

/** A request that is refused before a question is asked. */
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

/** What a busy server, or a store that is being brought back, may need. */
const RETRY_AFTER_S = 5;

/** The problem that an error is. What nobody foresaw is 500, without what it says inside. */
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
