/**
 * What a page is: an address, and what it shows of answers to questions. Node only.
 *
 * This folder owns the pages, one folder each. A page asks by `visit.ask`, and is whole without scripts.
 * @module
 */
import type { Child } from 'hono/jsx';
import type { z } from 'zod';
import type { Labs } from '../../questions/scope';
import type { Question } from '../questions/question';

/** One look at a page. */
export interface Visit {
  /** The address as the reader has it. */
  readonly url: URL;
  /** The labs that the reader looks at (parameter `lab`) or may look at. */
  readonly labs: Labs;
  /** Address of Temporal's Web UI, where it is known. */
  readonly temporal_ui?: string;
  /** @throws (rejects) Unanswered, which becomes a page that says why */
  ask<Input, Answer>(question: Question<Input, Answer>, input: Input): Promise<Answer>;
}

/** What a visitor is shown. */
export interface Shown {
  title: string;
  body: Child;
  /** The same as JSON: address of the API. */
  json?: string;
  /** The same as CSV. */
  csv?: string;
  /** Entry of the navigation that is marked. */
  section?: string;
  /** Scripts that make it better: names of assets, without `.js`. */
  scripts?: readonly string[];
  /** Style sheets of its own: names of assets, without `.css`. */
  styles?: readonly string[];
  /** @defaultValue 200 */
  status?: 200 | 400 | 404 | 410 | 503;
}

/** Where a visitor is sent instead: an address of this site. */
export interface Redirect {
  redirect: string;
}

/** A page. */
export interface Page<Input> {
  /** As Hono writes it: `/runs/:ref`. */
  path: string;
  /** Of the path's parameters and the query's, which come as text. What it does not name is ignored. */
  input: z.ZodType<Input>;
  /** @throws (rejects) Unanswered */
  show(input: Input, visit: Visit): Promise<Shown | Redirect>;
}

/** A page whose input nobody looks into. */
export type AnyPage = Page<never>;

/** Gives a page its types. */
export function page<Input>(given: Page<Input>): Page<Input> {
  return given;
}
