/**
 * The changes in commit order, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import {
  CHANGE_KINDS,
  type ChangeKind,
  type Changes,
  changePlace,
  changesOf,
  lastStateOf,
} from '../../questions/changes';
import { PAGE } from '../limits';
import { question } from './question';
import { shape } from './shapes/shape';

/** Kinds, separated by commas. */
export const kinds = z
  .string()
  .max(200)
  .optional()
  .transform((text) => text?.split(',') as ChangeKind[] | undefined)
  .refine((words) => words?.every((word) => CHANGE_KINDS.includes(word)) ?? true, {
    message: `Use some of ${CHANGE_KINDS.join(',')}.`,
  })
  .describe(`Only changes of these kinds, separated by commas: ${CHANGE_KINDS.join(',')}.`);

/** The position of a reader. */
export const place = z
  .string()
  .max(30)
  .refine((text) => changePlace(text) !== undefined, { message: 'This is not the id of a change.' });

const input = z.strictObject({
  after: place.default('0').describe('`next` of the previous page. Default: from the beginning.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE.most_items)
    .default(100)
    .describe('Maximum number of documents to read.'),
  kinds,
});

/** The JSON form of a change. */
export const change = shape(
  'Change',
  z.looseObject({
    id: z.string().describe('State id of the transaction, with a number if it has more documents: `42.3`.'),
    kind: z.enum(CHANGE_KINDS),
    lab: z.string().optional(),
    document: z.looseObject({}),
  }),
);

/** `/changes`. */
export const changes = question<z.infer<typeof input>, Changes>({
  name: 'changes',
  path: '/changes',
  summary: 'Documents in the order of their commits. `/events` streams the same.',
  input,
  answer: z.looseObject({
    items: z.array(change),
    next: z.string().describe('`after` for the next page; present even if there are no more documents yet.'),
    done: z.boolean().describe('True if there are no more documents now.'),
  }),
  ask: (scope, { after, ...wanted }) => changesOf(scope, { ...wanted, after: changePlace(after)! }),
});

/** The end of the order, polled by the server for all listeners. */
export const lastState = question<Record<string, never>, { state_id: number }>({
  name: 'lastState',
  path: '/changes/last',
  summary: 'State id of the last transaction that committed documents.',
  input: z.strictObject({}) as z.ZodType<Record<string, never>>,
  answer: z.looseObject({ state_id: z.number().int() }),
  ask: async (scope) => ({ state_id: await lastStateOf(scope) }),
});
