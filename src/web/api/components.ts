/**
 * Components that all operations of the API's description share: shapes of answers, and problems. Node only.
 * @module
 */
import { z } from 'zod';
import type { AnyQuestion } from '../questions/question';
import { SHAPES, shape } from '../questions/shapes/shape';

/** The JSON form of a problem. */
export const problemDetails = shape(
  'Problem',
  z.looseObject({
    type: z.string().describe('`urn:temporal-provenance:problem:` and the code.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('One line: what is wrong, where, and how to fix it.'),
    code: z.string().describe('Stable: `FILTER_INVALID`, `NOT_FOUND`, `TIME_LIMIT`, …'),
    position: z.number().int().optional().describe("Index into a filter's text, from 0."),
    parameter: z.string().optional().describe('Name of the parameter that is wrong.'),
    candidates: z
      .array(z.string())
      .optional()
      .describe('For `AMBIGUOUS`: a name for each record that matches.'),
  }),
);

/** Statuses of problems that any operation may return, with their meanings. */
export const PROBLEMS: Readonly<Record<string, string>> = {
  400: 'The request is invalid: an unknown parameter, an invalid filter or an invalid reference.',
  401: 'A token is required.',
  403: 'Access is not allowed, or not from this origin.',
  404: 'The record does not exist.',
  405: 'The server is read-only: use GET or HEAD.',
  410: 'The list cannot continue: its last item was removed from the store.',
  414: 'The address is too long.',
  421: 'This server does not accept that host name.',
  429: 'Too many requests.',
  431: 'The headers are too large.',
  500: 'The request failed inside the server.',
  503: 'Unavailable: the store cannot be read, the query took too long, or too many requests wait. Try again.',
};

/** Returns the name of the component for the answer of a question. */
export function answerName({ name, answer }: AnyQuestion): string {
  return SHAPES.get(answer) ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}Answer`;
}

/** Returns the reference of a component. */
export function reference(id: string): string {
  return `#/components/schemas/${id}`;
}

/** JSON Schemas by name: all shapes, and the answers of questions. */
export function componentSchemas(questions: readonly AnyQuestion[]): Record<string, object> {
  const answers = z.registry<{ id: string }>();
  for (const [schema, id] of SHAPES) answers.add(schema, { id });
  for (const question of questions)
    if (!answers.has(question.answer)) answers.add(question.answer, { id: answerName(question) });
  const { schemas } = z.toJSONSchema(answers, { uri: reference, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}
