/**
 * The values of a lab's stash, now or at a past time, and who set them. Node only.
 * @module
 */
import { z } from 'zod';
import { stashOf } from '../../questions/stash';
import { type StashAt, stashNow, stashThen } from '../../questions/stash-at';
import { at } from './inputs';
import { question } from './question';
import { count, instant, json, shape } from './shapes/shape';

const input = z.strictObject({ at });

/** The values, and the labs with values if this one has none. */
export interface StashAnswer extends StashAt {
  at?: number;
  elsewhere?: string;
}

const answer = shape(
  'StashAt',
  z.looseObject({
    lab: z.string(),
    at: instant.optional(),
    values: z.array(
      z.looseObject({
        key: z.string(),
        value: json,
        since: instant.optional(),
        author: z.looseObject({ name: z.string(), host: z.string(), pid: z.number().int() }).optional(),
        version: count.optional(),
      }),
    ),
    scan_id: count.optional().describe('The last assigned scan id; only without a past time.'),
    version: count,
    cut: z.boolean().optional().describe('True if older changes were not read.'),
    elsewhere: z.string().optional(),
  }),
);

/** `/stash`. */
export const stash = question<z.infer<typeof input>, StashAnswer>({
  name: 'stash',
  path: '/stash',
  summary: "The values of a lab's stash, now or at a past time, with who set them and when.",
  input,
  answer,
  async ask(scope, { at }) {
    if (at !== undefined) return { at, ...(await stashThen(scope, at)) };
    const now = await stashNow(scope);
    const { elsewhere } = now.values.length > 0 || scope.confined ? {} : await stashOf(scope);
    return { ...now, ...(elsewhere !== undefined && { elsewhere }) };
  },
});
