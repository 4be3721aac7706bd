/**
 * The interface of a page: its address, and how it shows answers to questions. Node only.
 *
 * This folder owns the pages, one folder each. A page asks questions with `visit.ask`, and works without scripts.
 * @module
 */
import type { Child } from 'hono/jsx';
import type { z } from 'zod';
import type { Labs } from '../../questions/scope';
import type { Question } from '../questions/question';

/** One request of a page. */
export interface Visit {
  /** The address of the reader. */
  readonly url: URL;
  /** The selected labs (parameter `lab`), limited to those that the reader may see. */
  readonly labs: Labs;
  /** The address of Temporal's Web UI, if it is set. */
  readonly temporal_ui?: string;
  /** @throws (rejects) Unanswered, which is shown as a problem page */
  ask<Input, Answer>(question: Question<Input, Answer>, input: Input): Promise<Answer>;
}

/** The content of a page. */
export interface Shown {
  title: string;
  body: Child;
  /** The API address of the JSON form. */
  json?: string;
  /** The address of the CSV form. */
  csv?: string;
  /** The current section of the navigation. */
  section?: string;
  /** Optional scripts: names of assets, without `.js`. */
  scripts?: readonly string[];
  /** Additional style sheets: names of assets, without `.css`. */
  styles?: readonly string[];
  /** @defaultValue 200 */
  status?: 200 | 400 | 404 | 410 | 503;
}

/** A redirect to an address of this site. */
export interface Redirect {
  redirect: string;
}

/** A page. */
export interface Page<Input> {
  /** The path in Hono's syntax: `/runs/:ref`. */
  path: string;
  /** The schema of the path and query parameters, which are text. Other parameters are ignored. */
  input: z.ZodType<Input>;
  /** @throws (rejects) Unanswered */
  show(input: Input, visit: Visit): Promise<Shown | Redirect>;
}

/** A page with an opaque input. */
export type AnyPage = Page<never>;

/** Gives a page its types. */
export function page<Input>(given: Page<Input>): Page<Input> {
  return given;
}
