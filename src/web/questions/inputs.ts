/**
 * Parameters that several questions share. Node only.
 * @module
 */
import { z } from 'zod';
import { instantAgo, parseAge } from '../../filter/ages';
import { parseInstant } from '../../filter/values';
import { LOG, PAGE } from '../limits';

/** The maximum number of items of one page. */
export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE.most_items)
  .default(PAGE.items)
  .describe('Maximum number of items.');

/** A filter, as for `list --where`. */
export const where = z
  .string()
  .max(PAGE.filter_characters)
  .default('')
  .describe("A filter, as for `list --where`: operator = 'Ada' AND time > '2026-11-01'.");

/** The position after which a list continues. */
export const after = z.string().max(200).optional().describe('`next` of the previous page.');

/** A reference to a run, an execution or data, as on the command line. */
export const ref = z.string().min(1).max(PAGE.reference_characters);

/** `true` or `false`. */
export const yes = z.stringbool().meta({ type: 'boolean' });

/** The hint on how to write times. */
const TIMES = "Write it as '2026-11-01', '2026-11-01T08:30:00Z', or as an age: '12h', '7d', '3mo'.";

/** A time in the past, in the syntax of filters. */
export const at = z
  .string()
  .max(40)
  .optional()
  .transform((text, context) => {
    if (text === undefined || text === '') return undefined;
    const age = parseAge(text);
    const seconds = age ? instantAgo(age, Date.now() / 1000) : parseInstant(text);
    if (seconds !== undefined) return seconds;
    context.addIssue({ code: 'custom', message: `'${text}' is not a time. ${TIMES}` });
    return z.NEVER;
  })
  .describe(`As of this time. ${TIMES}`);

/** The levels of log lines, the lowest first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** The filter of log lines. */
export const logFilter = {
  text: z
    .string()
    .max(LOG.text_characters)
    .default('')
    .describe(
      'Only lines with this text in the message or the attributes; ignores the case of ASCII letters.',
    ),
  level: z
    .enum(['', ...LOG_LEVELS])
    .default('')
    .describe('Only lines of this level and above.'),
};
