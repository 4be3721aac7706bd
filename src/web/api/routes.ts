/**
 * Questions as an API: `/api/v1/PATH` answers as JSON; lists also as CSV. Node only.
 *
 * This folder owns the API apart from its questions: parsing of addresses, the description and the events.
 * @module
 */
import type { Hono } from 'hono';
import type { Labs } from '../../questions/scope';
import { csvFile } from '../csv/file';
import { requestedForm } from '../csv/requested-form';
import type { SiteEnv } from '../http/visitor';
import type { Frames } from '../pages/frames';
import { QUESTIONS } from '../questions/all';
import type { Question } from '../questions/question';
import type { Answering } from '../reading/readers';
import { Address, checked, given } from './address';
import { addDescription } from './description';
import { addEvents } from './events/routes';
import { download } from './file';
import { parametersOf } from './parameters';

/** The parts of the API. */
export interface ApiOptions {
  answering: Answering;
  /** The default labs if an address names none. */
  labs: Labs;
  frames: Frames;
}

/** Adds the routes of all questions. */
export function addApi(app: Hono<SiteEnv>, { answering, labs, frames }: ApiOptions): void {
  const address = new Address(labs, frames);
  addDescription(app);
  addEvents(app, answering, address);
  for (const question of QUESTIONS)
    addQuestion(app, question as Question<unknown, unknown>, { answering, address });
}

function addQuestion(
  app: Hono<SiteEnv>,
  question: Question<unknown, unknown>,
  { answering, address }: { answering: Answering; address: Address },
): void {
  const path = question.path.replace(/\{(\w+)\+\}/g, ':$1{.+}').replace(/\{(\w+)\}/g, ':$1');
  const known = parametersOf(question)
    .filter(({ place }) => place === 'query')
    .map(({ name }) => name);
  app.get(`/api/v1${path}`, async (context) => {
    const text = given(context);
    const labs = await address.labs(context);
    const requested = checked(known, () => requestedForm(question, text));
    const input = checked(known, () => question.input.parse(requested.parameters)) as object;
    if (requested.form === 'csv') return csvFile({ question, ...requested }, answering, labs);
    const json = await answering.ask(question, input, labs);
    if (question.file) return download(question.file(JSON.parse(json)));
    return context.body(json, 200, { 'Content-Type': 'application/json' });
  });
}
