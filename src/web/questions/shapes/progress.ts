/**
 * Shapes of what runs say while they live. Node only.
 * @module
 */
import { z } from 'zod';
import { instant, shape } from './shape';

const line = {
  time: instant,
  level: z.string(),
  message: z.string(),
  attributes: z.looseObject({}).optional(),
};

/** A logged line with whose it is. */
export const foundLine = shape(
  'FoundLine',
  z.looseObject({
    ...line,
    owner: z.union([z.object({ run_start: z.string() }), z.object({ run_id: z.string() })]),
  }),
);
