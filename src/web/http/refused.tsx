/**
 * Responses for refusals: problem+json (RFC 9457) below `/api`, a page elsewhere. Node only.
 * @module
 */
import { problemPage } from '../pages/problem-page';
import { themeOf } from '../parts/frame';
import { Layout } from '../parts/layout';
import type { Problem } from './problem';
import { problemDetails } from './problem-json';

/** A response in its parts. */
export interface Refused {
  status: Problem['status'];
  headers: Record<string, string>;
  body: string;
}

/** The parts of a request that its refusal needs. */
interface RefusedRequest {
  /** Path and query, without a host. */
  path: string;
  cookie?: string;
}

/** Returns the response to a refused request. */
export function refused(problem: Problem, { path, cookie }: RefusedRequest): Refused {
  const { status, retry_after_s } = problem;
  const again: Record<string, string> =
    retry_after_s === undefined ? {} : { 'Retry-After': String(retry_after_s) };
  const own = { ...again, ...OF_STATUS[status] };
  if (path.startsWith('/api/'))
    return {
      status,
      headers: { ...own, 'Content-Type': 'application/problem+json' },
      body: JSON.stringify(problemDetails(problem)),
    };
  const url = new URL(path.replace(/^[^/]*\/*/, '/'), 'http://localhost');
  const frame = { url, labs: { lab: 'default' }, known_labs: [], theme: themeOf(cookie) };
  const body = `<!doctype html>${<Layout shown={problemPage(problem, url)} frame={frame} />}`;
  return { status, headers: { ...own, 'Content-Type': 'text/html; charset=UTF-8' }, body };
}

const OF_STATUS: Readonly<Record<number, Record<string, string>>> = {
  401: { 'WWW-Authenticate': 'Basic realm="temporal-provenance", charset="UTF-8"' },
  405: { Allow: 'GET, HEAD' },
};
