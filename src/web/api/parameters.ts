/**
 * Parameters of a question's address, by name. Node only.
 * @module
 */
import { z } from 'zod';
import { csvParameters } from '../csv/asked';

/** Where a parameter stands. */
export interface Parameter {
  name: string;
  place: 'path' | 'query';
  schema: z.ZodType;
}

/** Longer names are of no lab. */
const LAB_CHARACTERS = 200;

/** Of every question. */
export const LAB: Parameter = {
  name: 'lab',
  place: 'query',
  schema: z
    .string()
    .max(LAB_CHARACTERS)
    .optional()
    .describe('Lab: scan ids and the stash are those of this lab, and lists are limited to it.'),
};

/** What a question says of its address. */
interface Asked {
  path: string;
  input: z.ZodType;
  csv?: unknown;
}

/** All parameters of a question, those of its path first. */
export function parametersOf({ path, input, csv }: Asked): Parameter[] {
  const { shape } = input as unknown as z.ZodObject;
  const inPath = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
  const of = (name: string, schema: z.ZodType): Parameter => ({
    name,
    place: inPath.includes(name) ? 'path' : 'query',
    schema,
  });
  const own = Object.entries(shape).map(([name, schema]) => of(name, schema as z.ZodType));
  const format = csv ? [of('format', csvParameters.shape.format)] : [];
  return [...own, ...format, LAB].sort((a, b) => Number(a.place === 'query') - Number(b.place === 'query'));
}
