/**
 * Headers of every response. Node only.
 * @module
 */
import type { MiddlewareHandler } from 'hono';

/** What a browser may do with a response: load scripts and styles from here alone, and no more of anything. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  // Asked for again each time: what is shown may have changed, and may be for this reader alone.
  'Cache-Control': 'private, no-cache',
};

/** Sets them, where a response has none of its own. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    if (!context.res.headers.has(name)) context.header(name, value);
};
