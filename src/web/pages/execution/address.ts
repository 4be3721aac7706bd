/**
 * What of an execution's page stands in its address: the part and the span of the timeline, children that are open, filters. Node only.
 * @module
 */
import { z } from 'zod';
import { LOG } from '../../limits';
import { address } from '../../links';
import { timelineChoice } from '../../questions/executions/timeline';
import { LOG_LEVELS, ref } from '../../questions/inputs';

/** Rows of one part of the timeline: what a page without scripts shows. */
export const TIMELINE_ROWS = 200;
/** Logged lines. */
export const LOG_LINES = 100;
/** Children whose rows are shown below them. */
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

/** What a page shows. A field of a form that was left empty is as one that is not there. */
export const shownInput = z.preprocess(
  (given) => Object.fromEntries(Object.entries(given as object).filter(([, value]) => value !== '')),
  shown,
) as z.ZodType<ShownInput>;

/** What a page shows. */
export type ShownInput = z.output<typeof shown>;

/** The address of an execution's page with some of this changed; `undefined` takes something away. */
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
