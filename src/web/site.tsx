/**
 * The page and its API as one application: who passes, then assets, questions as JSON, and pages. Node only.
 *
 * This folder owns what `temporal-provenance serve` shows: the answers of `src/questions` as pages and as an API, read-only.
 * @module
 */
import { type Context, Hono } from 'hono';
import type { Labs } from '../questions/scope';
import { addApi } from './api/routes';
import { serveAssets } from './assets';
import { securityHeaders } from './http/headers';
import { invalidInput } from './http/parameters';
import { type Problem, problemOf } from './http/problem';
import { problemDetails } from './http/problem-json';
import { PAGES } from './pages/all';
import type { Page, Shown, Visit } from './pages/page';
import { problemPage } from './pages/problem-page';
import { themeOf } from './parts/frame';
import { Layout } from './parts/layout';
import { labs as labsQuestion } from './questions/labs';
import type { Answering } from './reading/readers';

/** What the site is made of. */
export interface SiteOptions {
  answering: Answering;
  /** Labs that are shown where an address names none. */
  labs: Labs;
}

/** Builds the application. */
export function site(options: SiteOptions): Hono {
  const app = new Hono();
  app.use(securityHeaders);
  serveAssets(app);
  addApi(app, options);
  for (const page of PAGES) addPage(app, page as Page<unknown>, options);
  app.notFound((context) =>
    refuse(context, options, {
      status: 404,
      code: 'NOT_FOUND',
      detail: `Nothing is at ${context.req.path}.`,
    }),
  );
  app.onError((error, context) => refuse(context, options, problemOf(error)));
  return app;
}

function addPage(app: Hono, page: Page<unknown>, options: SiteOptions): void {
  const { answering, labs } = options;
  app.get(page.path, async (context) => {
    const input = page.input.safeParse(given(context));
    if (!input.success) return refuse(context, options, invalidInput(input.error));
    const visit: Visit = {
      url: new URL(context.req.url),
      labs,
      ask: async (question, input) => JSON.parse(await answering.ask(question, input, labs)),
    };
    const [shown, known_labs] = await Promise.all([page.show(input.data, visit), labsToChoose(options)]);
    return context.html(framed(context, shown, options, known_labs), shown.status ?? 200);
  });
}

/** None where they can't be read: the page itself is there all the same. */
async function labsToChoose({ answering, labs }: SiteOptions): Promise<string[]> {
  const answer = await answering.ask(labsQuestion, {}, labs).catch(() => '{"labs":[]}');
  return (JSON.parse(answer) as { labs: string[] }).labs;
}

function framed(context: Context, shown: Shown, { labs }: SiteOptions, known_labs: string[] = []): string {
  const { url } = context.req;
  const theme = themeOf(context.req.header('cookie'));
  return `<!doctype html>${<Layout shown={shown} frame={{ url: new URL(url), labs, known_labs, theme }} />}`;
}

/** Parameters of the query and of the path, as text. */
function given(context: Context): Record<string, string> {
  return { ...context.req.query(), ...context.req.param() };
}

function refuse(context: Context, options: SiteOptions, problem: Problem): Response {
  const { status } = problem;
  if (context.req.path.startsWith('/api/'))
    return context.body(JSON.stringify(problemDetails(problem)), status, {
      'Content-Type': 'application/problem+json',
    });
  return context.html(framed(context, problemPage(problem), options), status) as Response;
}
