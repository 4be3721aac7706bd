/**
 * The problem+json form of a problem (RFC 9457). Node only.
 * @module
 */
import type { Problem, ProblemStatus } from './problem';

/** The titles of problems by their codes. */
const TITLES: Readonly<Record<string, string>> = {
  INPUT_INVALID: 'Invalid parameter',
  FILTER_INVALID: 'Invalid filter',
  REFERENCE_INVALID: 'Invalid reference',
  AMBIGUOUS: 'The name matches several records',
  CURSOR_GONE: 'The list cannot continue from there',
  NOT_FOUND: 'Not found',
  TIME_LIMIT: 'Timeout',
  BUSY: 'Too many requests at once',
  ANSWER_TOO_LARGE: 'The answer is too large',
  LAB_UNKNOWN: 'Unknown lab',
  FAULT: 'The server failed',
};

/** The titles by status, for codes without a title. */
const BY_STATUS: Readonly<Record<ProblemStatus, string>> = {
  400: 'Invalid request',
  401: 'A token is required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Read-only',
  410: 'Gone',
  413: 'The request is too large',
  414: 'The address is too long',
  421: 'Unknown host name',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'The server failed',
  503: 'Unavailable',
};

/** Returns a problem with the members of RFC 9457, and `code`, `position`, `parameter`, `candidates` and `instead`. */
export function problemDetails(problem: Problem): object {
  const { status, code, detail, position, parameter, candidates, instead } = problem;
  return {
    type: `urn:temporal-provenance:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[code] ?? BY_STATUS[status],
    status,
    detail,
    code,
    ...(position !== undefined && { position }),
    ...(parameter !== undefined && { parameter }),
    ...(candidates && { candidates }),
    ...(instead && { instead }),
  };
}
