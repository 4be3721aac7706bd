/**
 * Shapes of answers that have a name of their own in the API's description. Node only.
 *
 * This folder owns the shapes of what is recorded and answered, one file a subject, for `answer` of a question. They are open: a later
 * version may add members.
 * @module
 */
import { z } from 'zod';

const named = new Map<z.ZodType, string>();

/** All shapes with their names. Not in zod's global registry, which belongs to the program around us. */
export const SHAPES: ReadonlyMap<z.ZodType, string> = named;

/** Gives a shape its name. */
export function shape<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  named.set(schema, id);
  return schema;
}

/** UNIX seconds, UTC. */
export const instant = z.number().describe('UNIX seconds, UTC.');
/** Any JSON value. */
export const json = z.unknown();
/** Counts, and sizes in bytes. */
export const count = z.number().int().min(0);
/** Hex digits of a sha256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Of what is kept by content: `sha256:<hex>`, `hmac-sha256:<hex>`. */
export const digest = z.string();

/** Sentences that belong beside an answer. */
export const remarks = z.array(z.string()).describe('Remarks for the reader of the answer.');

/** A part of a list. */
export function part(item: z.ZodType) {
  return z.looseObject({
    items: z.array(item),
    next: z.string().optional().describe('`after` for the next page. Absent on the last page.'),
    remarks,
  });
}
