/**
 * The parameters of a question's address. Node only.
 * @module
 */
import { z } from 'zod';
import { csvParameters } from '../csv/requested-form';

/** The place of a parameter: the path or the query. */
export interface Parameter {
  name: string;
  place: 'path' | 'query';
  schema: z.ZodType;
}

/** The maximum length of a lab name. */
const LAB_CHARACTERS = 200;

/** Parameters of every question. */
export const LAB: Parameter = {
  name: 'lab',
  place: 'query',
  schema: z
    .string()
    .max(LAB_CHARACTERS)
    .optional()
    .describe('Lab: scan ids and the stash are those of this lab, and lists are limited to it.'),
};

/** The parts of a question that describe its address. */
interface AddressParts {
  path: string;
  input: z.ZodType;
  csv?: unknown;
}

/** Returns all parameters of a question, those of its path first. */
export function parametersOf({ path, input, csv }: AddressParts): Parameter[] {
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
