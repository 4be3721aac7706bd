/**
 * Which form of an answer an address asks for: `format=csv`, and how many rows. Node only.
 * @module
 */
import { z } from 'zod';
import { CSV } from '../limits';
import type { Question } from '../questions/question';

/** Parameters of a question that has a CSV form. `limit` of a file is that of the whole file. */
export const csvParameters = z.object({
  format: z
    .enum(['json', 'csv'])
    .default('json')
    .describe('`csv`: the whole list as a CSV file, starting after `after`.'),
  limit: z.coerce.number().int().min(1).max(CSV.most_rows).optional(),
});

/** What an address asks for. */
export interface AskedForm {
  form: 'json' | 'csv';
  /** Rows of a CSV file that was asked for. */
  rows?: number;
  /** What is left for the question itself. */
  parameters: Record<string, string>;
}

/** @throws z.ZodError */
export function askedForm(
  { csv }: Pick<Question<never, unknown>, 'csv'>,
  given: Record<string, string>,
): AskedForm {
  if (!csv) return { form: 'json', parameters: given };
  const { format: wanted, ...parameters } = given;
  const { format } = csvParameters.pick({ format: true }).parse({ format: wanted });
  if (format === 'json') return { form: format, parameters };
  const { limit, ...others } = parameters;
  const { limit: rows } = csvParameters.parse({ limit });
  return { form: format, rows, parameters: others };
}
