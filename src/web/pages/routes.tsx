/**
 * The routes of the pages. Node only.
 * @module
 */
import type { Context, Hono } from 'hono';
import type { Labs } from '../../questions/scope';
import { invalidInput } from '../http/parameters';
import { Refusal } from '../http/problem';
import { given, labsOf, namedLab, type SiteEnv } from '../http/visitor';
import { themeOf } from '../parts/frame';
import { Layout } from '../parts/layout';
import type { Answering } from '../reading/readers';
import { PAGES } from './all';
import type { Frames } from './frames';
import { inLab } from './in-lab';
import type { Page, Visit } from './page';

/** The parts that pages need. */
export interface PagesOptions {
  answering: Answering;
  /** The default labs if an address names none. */
  labs: Labs;
  frames: Frames;
  /** The address of Temporal's Web UI. */
  temporal_ui?: string;
}

/** Adds the routes of all pages. */
export function addPages(app: Hono<SiteEnv>, options: PagesOptions): void {
  for (const page of PAGES) {
    const known = page as Page<unknown>;
    app.get(known.path, (context) => show(context, known, options));
  }
}

async function show(
  context: Context<SiteEnv>,
  page: Page<unknown>,
  { answering, frames, ...options }: PagesOptions,
): Promise<Response> {
  const labs = labsOf(context, options.labs);
  const input = page.input.safeParse(given(context));
  if (!input.success) throw new Refusal(invalidInput(input.error));
  const url = new URL(context.req.url);
  const visit: Visit = {
    url,
    labs,
    temporal_ui: options.temporal_ui,
    ask: async (question, input) => JSON.parse(await answering.ask(question, input, labs)),
  };
  const [{ labs: known_labs, remarks }, shown] = await Promise.all([
    frames.of(labs),
    page.show(input.data, visit),
  ]);
  const lab = namedLab(context);
  if ('redirect' in shown) return context.redirect(inLab.address(shown.redirect, lab), 302);
  const theme = themeOf(context.req.header('cookie'));
  const frame = { url, labs, known_labs, remarks, theme };
  const html = `<!doctype html>${<Layout shown={shown} frame={frame} />}`;
  return context.html(inLab.html(html, lab), shown.status ?? 200);
}
