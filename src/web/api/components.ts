/**
 * What all operations of the API's description share: shapes of answers, and problems. Node only.
 * @module
 */
import { z } from 'zod';
import type { AnyQuestion } from '../questions/question';
import { SHAPES, shape } from '../questions/shapes/shape';

/** A problem, as it is sent. */
export const problemDetails = shape(
  'Problem',
  z.looseObject({
    type: z.string().describe('`urn:temporal-provenance:problem:` and the code.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('One line: what is wrong, where, the way out.'),
    code: z.string().describe('Stable: `FILTER_INVALID`, `NOT_FOUND`, `TIME_LIMIT`, …'),
    position: z.number().int().optional().describe("Index into a filter's text, from 0."),
    parameter: z.string().optional().describe('Name of the parameter that is wrong.'),
    candidates: z.array(z.string()).optional().describe('Of `AMBIGUOUS`: names that one record has each.'),
  }),
);

/** Statuses of problems that any operation may have, with what each says. */
export const PROBLEMS: Readonly<Record<string, string>> = {
  400: 'The address is not understood: an unknown parameter, a filter or a name that can be none.',
  401: 'A token is needed.',
  403: 'This is not allowed, or not from there.',
  404: 'There is no such record.',
  405: 'Only reading is possible: GET and HEAD.',
  410: 'The list cannot go on: what it was read up to is not in the store any more.',
  414: 'The address is too long.',
  421: 'This server does not have that name.',
  429: 'Too many requests.',
  431: 'The headers are too large.',
  500: 'The request failed inside the server.',
  503: 'No answer now: the store cannot be read, the question took too long, or too many wait. Try again.',
};

/** Name of a component that is the answer of a question. */
export function answerName({ name, answer }: AnyQuestion): string {
  return SHAPES.get(answer) ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}Answer`;
}

/** Where a component stands. */
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
