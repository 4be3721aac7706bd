/**
 * Serving of the API's description: built at the first request, then cached. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Hono } from 'hono';
import type { SiteEnv } from '../http/visitor';
import { QUESTIONS } from '../questions/all';
import { openApi } from './openapi';

/** Serves it at `/api/v1/openapi.json`. */
export function addDescription(app: Hono<SiteEnv>): void {
  let made: { text: string; tag: string } | undefined;
  app.get('/api/v1/openapi.json', (context) => {
    made ??= describe();
    const { text, tag } = made;
    const headers = { ETag: tag, 'Cache-Control': 'no-cache' };
    if (context.req.header('if-none-match') === tag) return context.body(null, 304, headers);
    return context.body(text, 200, { ...headers, 'Content-Type': 'application/json' });
  });
}

function describe(): { text: string; tag: string } {
  const { version } = createRequire(__filename)('temporal-provenance/package.json') as { version: string };
  const text = JSON.stringify(openApi(QUESTIONS, version));
  return { text, tag: `W/"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` };
}
