/**
 * A problem as the API sends it: problem+json (RFC 9457). Node only.
 * @module
 */
import type { Problem, ProblemStatus } from './problem';

/** What a kind of problem is called, by its code. */
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

/** Where the code has no title of its own. */
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

/** A problem in the members of RFC 9457, with `code`, `position`, `parameter`, `candidates` and `instead` beside them. */
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
