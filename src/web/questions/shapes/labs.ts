/**
 * Shapes of answers about labs and their metadata: counts, fields, explanations, stash. Node only.
 * @module
 */
import { z } from 'zod';
import { source } from './runs';
import { count, instant, json, shape } from './shape';

const value = z.union([z.string(), z.number(), z.boolean()]);

/** A metadata field that runs carry. */
export const fieldUse = shape(
  'Field',
  z.looseObject({
    path: z.string(),
    runs: count,
    types: z.array(
      z.looseObject({
        type: z.enum(['number', 'text', 'boolean', 'null', 'array', 'object']),
        runs: count,
      }),
    ),
    indexed: z.looseObject({ since: instant, complete: z.boolean(), unseen: count }).optional(),
    values: z.array(z.looseObject({ value, runs: count })).optional(),
  }),
);

const author = z.looseObject({ name: z.string(), host: z.string(), pid: z.number().int() });
const op = z.enum(['set', 'unset', 'clear', 'init']);

/** Why a metadata field has its value. */
export const explanation = shape(
  'Explanation',
  z.looseObject({
    field: z.string(),
    value: json,
    source: source.optional(),
    because: z.string().optional(),
    shadowed: z.partialRecord(source, json).optional(),
    stash: z.looseObject({ version: count, time: instant, op, author }).optional(),
  }),
);

/** A change of a stash. */
export const stashChange = shape(
  'StashChange',
  z.looseObject({
    lab: z.string(),
    version: count,
    time: instant,
    op,
    key: z.string().optional(),
    value: json.optional(),
    author,
  }),
);

/** A lab's stash. */
export const stash = shape(
  'Stash',
  z.looseObject({ lab: z.string(), version: count, values: z.looseObject({}), scan_id: count }),
);
