/**
 * The description of the API (OpenAPI 3.1), generated from the questions: their parameters, answers and forms. Node only.
 * @module
 */
import { z } from 'zod';
import type { AnyQuestion } from '../questions/question';
import { answerName, componentSchemas, PROBLEMS, reference } from './components';
import { eventsInput } from './events/routes';
import { LAB, type Parameter, parametersOf } from './parameters';

const ABOUT = `Read-only access to a provenance store: runs, with their data, code and metadata.

- A list has pages: \`next\` of one answer is \`after\` of the next request.
- Times are UNIX seconds, UTC.
- A name in a path (\`ref\`) is percent-encoded, including a \`/\`.
- Lists are also available as CSV files: \`format=csv\`.
- Errors are problems (RFC 9457): \`application/problem+json\`.`;

const EVENTS_WORDS = `A client that reconnects with the last \`id\` continues after it, even after a restart of the server. A line with only \`id:\` moves
the position. Other events: \`skipped\` (too much was missed; the stream continues from the end), \`slow\` (the client read nothing for too
long; connect again), \`trouble\` (the store cannot be read now; the stream continues automatically).`;

/** Builds the document for the questions. */
export function openApi(questions: readonly AnyQuestion[], version: string): object {
  const paths = Object.fromEntries(
    questions.map((question) => [pathOf(question), { get: operation(question) }]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'temporal-provenance',
      version,
      description: ABOUT,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    paths: { ...paths, '/events': { get: events() } },
    components: {
      schemas: componentSchemas(questions),
      responses: Object.fromEntries(
        Object.entries(PROBLEMS).map(([status, words]) => [`Problem${status}`, problem(words, status)]),
      ),
    },
  };
}

function pathOf({ path }: AnyQuestion): string {
  return path.replaceAll('+}', '}');
}

function operation(question: AnyQuestion): object {
  const { name, summary } = question;
  return {
    operationId: name,
    summary,
    parameters: parametersOf(question).map(parameter),
    responses: { 200: { description: 'The answer.', content: contentsOf(question) }, ...problems() },
  };
}

function contentsOf(question: AnyQuestion): object {
  if (question.file) return { '*/*': { schema: {} } };
  const json = { schema: { $ref: reference(answerName(question)) } };
  return { 'application/json': json, ...(question.csv && { 'text/csv': { schema: { type: 'string' } } }) };
}

/** The stream of events; the data of each event is a `Change`. */
function events(): object {
  const parameters = Object.entries(eventsInput.shape).map(([name, schema]) =>
    parameter({ name, place: 'query', schema }),
  );
  const header = {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'Sent by a browser when it reconnects; overrides `after`.',
    schema: { type: 'string' },
  };
  return {
    operationId: 'events',
    summary: 'Documents as they are committed, as server-sent events. `/changes` returns the same in pages.',
    description: EVENTS_WORDS,
    parameters: [...parameters, header, parameter(LAB)],
    responses: {
      200: {
        description:
          'An endless stream of events. `event` is the kind, `id` the position, `data` a `Change` on one line.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...problems(),
    },
  };
}

/** Responses of every operation. */
function problems(): object {
  return Object.fromEntries(
    Object.keys(PROBLEMS).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

/** Returns the response of a problem. Node's own error for too large headers has no body. */
function problem(description: string, status: string): object {
  if (status === '431') return { description };
  return { description, content: { 'application/problem+json': { schema: { $ref: reference('Problem') } } } };
}

function parameter({ name, place, schema }: Parameter): object {
  const { $schema, description, ...shape } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const required = place === 'path' || !schema.safeParse(undefined).success;
  const given = defaultOf(schema);
  return {
    name,
    in: place,
    ...(required && { required }),
    ...(description !== undefined && { description }),
    schema: { ...shape, ...(given !== undefined && { default: given }) },
  };
}

/** Returns the default of a parameter. */
function defaultOf(schema: z.ZodType): unknown {
  const { def } = schema as z.ZodDefault;
  return def.type === 'default' ? def.defaultValue : undefined;
}
