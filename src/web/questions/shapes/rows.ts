/**
 * Shapes of rows: records with the values that were asked for, in place of their documents. Node only.
 * @module
 */
import { z } from 'zod';
import { json, part, shape } from './shape';

const values = z
  .record(z.string(), json)
  .describe('Values by the name of the column; absent if there is none.');
const tone = z.enum(['good', 'bad', 'odd', 'open']);

/** A run in `columns`. */
export const runRow = shape(
  'RunRow',
  z.looseObject({
    uid: z.string(),
    scan_id: z.number().int().optional(),
    lab: z.string(),
    status: z.string(),
    tone,
    run_id: z.string().optional(),
    activity_id: z.string(),
    attempt: z.number().int(),
    values,
  }),
);

/** An execution in `columns`. */
export const executionRow = shape(
  'ExecutionRow',
  z.looseObject({
    run_id: z.string(),
    workflow_id: z.string(),
    workflow_type: z.string(),
    lab: z.string().optional(),
    status: z.string(),
    tone,
    refused: z.literal(true).optional().describe('True if a rule refused a run of it.'),
    values,
  }),
);

/** A part of a list that says why it is empty. */
export function explainedPart(item: z.ZodType) {
  const reasons = z.array(z.string()).optional().describe('If nothing was found: why.');
  return part(item).extend({ reasons });
}
