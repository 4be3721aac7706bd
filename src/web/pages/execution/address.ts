/**
 * The address of an execution's page: page and span of the timeline, expanded children, filters. Node only.
 * @module
 */
import { z } from 'zod';
import { LOG } from '../../limits';
import { address } from '../../links';
import { timelineChoice } from '../../questions/executions/timeline';
import { LOG_LEVELS, ref } from '../../questions/inputs';

/** Rows of one page of the timeline, as shown without scripts. */
export const TIMELINE_ROWS = 200;
/** Log lines that are shown. */
export const LOG_LINES = 100;
/** Maximum expanded children. */
const MAX_OPEN = 10;

const shown = z.object({
  ref,
  ...timelineChoice,
  skip: z.coerce.number().int().min(0).default(0),
  open: z
    .string()
    .max(1000)
    .default('')
    .transform((text) => text.split(',').filter(Boolean).slice(0, MAX_OPEN)),
  tree: z.enum(['all']).optional(),
  level: z.enum(LOG_LEVELS).optional(),
  search: z.string().max(LOG.text_characters).optional(),
});

/** The input of the page. Empty form fields count as absent. */
export const shownInput = z.preprocess(
  (given) => Object.fromEntries(Object.entries(given as object).filter(([, value]) => value !== '')),
  shown,
) as z.ZodType<ShownInput>;

/** The parsed input of the page. */
export type ShownInput = z.output<typeof shown>;

/** Returns the address of an execution's page with changes; `undefined` removes a parameter. */
export function changed(input: ShownInput, change: Partial<ShownInput>, part: string): string {
  const { ref: name, idle, skip, open, ...rest } = { ...input, ...change };
  const parameters = {
    ...rest,
    idle: idle === 'show' ? 'show' : undefined,
    skip: skip || undefined,
    open: open.join(',') || undefined,
  };
  return `${address(`/executions/${encodeURIComponent(name)}`, parameters)}#${part}`;
}
