/**
 * A problem as the API sends it: problem+json (RFC 9457). Node only.
 * @module
 */
import type { Problem, ProblemStatus } from './problem';

/** What a kind of problem is called, by its code. */
const TITLES: Readonly<Record<string, string>> = {
  INPUT_INVALID: 'A parameter is wrong',
  FILTER_INVALID: 'The filter is not understood',
  REFERENCE_INVALID: 'This names no record',
  AMBIGUOUS: 'The name fits several records',
  CURSOR_GONE: 'The list cannot go on from there',
  NOT_FOUND: 'Not found',
  TIME_LIMIT: 'No answer in time',
  BUSY: 'Too much is asked at once',
  ANSWER_TOO_LARGE: 'The answer is too large',
  LAB_UNKNOWN: 'The store has no such lab',
  FAULT: 'The server failed',
};

/** Where the code has no title of its own. */
const BY_STATUS: Readonly<Record<ProblemStatus, string>> = {
  400: 'Not understood',
  401: 'A token is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Only reading is possible',
  410: 'Gone',
  413: 'The request is too large',
  414: 'The address is too long',
  421: 'Not the address of this server',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'The server failed',
  503: 'The store cannot be read now',
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
