/**
 * The page and its API as one application: assets, questions as JSON, and pages. Node only.
 *
 * This folder owns what `temporal-provenance serve` shows: the answers of `src/questions` as pages and as an API, read-only.
 * @module
 */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Labs } from '../questions/scope';
import { addApi } from './api/routes';
import { serveAssets } from './assets';
import { securityHeaders } from './http/headers';
import { type FaultLog, noteFault } from './http/log';
import { type Problem, problemOf } from './http/problem';
import { refused } from './http/refused';
import type { SiteEnv } from './http/visitor';
import { Frames } from './pages/frames';
import { addPages } from './pages/routes';
import type { Answering } from './reading/readers';

/** The parts of the site. */
export interface SiteOptions {
  answering: Answering;
  /** The default labs if an address names none. */
  labs: Labs;
  log: FaultLog;
  /** Address of Temporal's Web UI. */
  temporal_ui?: string;
}

/** Builds the application. */
export function site(options: SiteOptions): Hono<SiteEnv> {
  const app = new Hono<SiteEnv>();
  // Streams, such as events, are not compressed.
  app.use(compress({ encoding: 'gzip' }));
  app.use(securityHeaders);
  serveAssets(app);
  const frames = new Frames(options.answering);
  addApi(app, { ...options, frames });
  addPages(app, { ...options, frames });
  app.notFound((context) =>
    refuse(context, { status: 404, code: 'NOT_FOUND', detail: `${context.req.path} does not exist.` }),
  );
  app.onError((error, context) => refuse(context, foreseen(error, context, options.log)));
  return app;
}

function foreseen(error: Error, { req }: Context<SiteEnv>, log: FaultLog): Problem {
  const problem = problemOf(error);
  if (problem.status !== 500) return problem;
  const id = noteFault(log, error, req);
  return {
    ...problem,
    detail: `The request failed inside the server. Its log has details under fault ${id}.`,
  };
}

/** Returns the requested path and query, without the host. */
function pathOf({ req }: Context<SiteEnv>): string {
  const { pathname, search } = new URL(req.url);
  return pathname + search;
}

function refuse(context: Context<SiteEnv>, problem: Problem): Response {
  const { status, headers, body } = refused(problem, {
    path: pathOf(context),
    cookie: context.req.header('cookie'),
  });
  return context.body(body, status, headers);
}
