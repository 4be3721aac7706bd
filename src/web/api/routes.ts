/**
 * Questions as an API: `/api/v1/PATH` answers as JSON, lists as CSV, too. Node only.
 *
 * This folder owns what the API has beside its questions: how an address becomes an input, its description, its events.
 * @module
 */
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import type { Labs } from '../../questions/scope';
import { askedForm } from '../csv/asked';
import { csvFile } from '../csv/file';
import { invalidInput } from '../http/parameters';
import { Refusal } from '../http/problem';
import { labsOf, namedLab, type SiteEnv } from '../http/visitor';
import type { Frames } from '../pages/frames';
import { QUESTIONS } from '../questions/all';
import type { Question } from '../questions/question';
import type { Answering } from '../reading/readers';
import { addDescription } from './description';
import { download } from './file';
import { parametersOf } from './parameters';

/** What the API is made of. */
export interface ApiOptions {
  answering: Answering;
  /** Labs that are meant where an address names none. */
  labs: Labs;
  frames: Frames;
}

/** Adds the routes of all questions. */
export function addApi(app: Hono<SiteEnv>, options: ApiOptions): void {
  addDescription(app);
  for (const question of QUESTIONS) addQuestion(app, question as Question<unknown, unknown>, options);
}

function addQuestion(
  app: Hono<SiteEnv>,
  question: Question<unknown, unknown>,
  { answering, frames, ...options }: ApiOptions,
): void {
  const path = question.path.replace(/\{(\w+)\+\}/g, ':$1{.+}').replace(/\{(\w+)\}/g, ':$1');
  const known = parametersOf(question)
    .filter(({ place }) => place === 'query')
    .map(({ name }) => name);
  app.get(`/api/v1${path}`, async (context) => {
    const text = given(context);
    const labs = labsOf(context, options.labs);
    if (namedLab(context) !== undefined) await frames.of(labs);
    const asked = parsed(known, () => askedForm(question, text));
    const input = parsed(known, () => question.input.parse(asked.parameters)) as object;
    if (asked.form === 'csv') return csvFile({ question, ...asked }, answering, labs);
    const json = await answering.ask(question, input, labs);
    if (question.file) return download(question.file(JSON.parse(json)));
    return context.body(json, 200, { 'Content-Type': 'application/json' });
  });
}

/**
 * Parameters of the query and of the path, as text. `lab` is for {@link labsOf}.
 * @throws Refusal where one is given twice
 */
function given({ req }: Context<SiteEnv>): Record<string, string> {
  const { lab, ...queries } = req.queries();
  for (const [parameter, { length }] of Object.entries({ ...queries, lab: lab ?? [] }))
    if (length > 1)
      throw new Refusal({
        status: 400,
        code: 'INPUT_INVALID',
        detail: `Parameter '${parameter}' was given ${length} times. Give it once.`,
        parameter,
      });
  const once = Object.entries(queries).map(([name, [value = '']]) => [name, value]);
  return { ...Object.fromEntries(once), ...req.param() };
}

/** @throws Refusal where the parameters are wrong */
function parsed<Value>(known: readonly string[], parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new Refusal(invalidInput(error as z.ZodError, known));
  }
}
