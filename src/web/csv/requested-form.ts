/**
 * The requested form of an answer: `format=csv`, and the number of rows. Node only.
 * @module
 */
import { z } from 'zod';
import { CSV } from '../limits';
import type { Question } from '../questions/question';

/** The parameters of a question with a CSV form. For a file, `limit` is the limit of the whole file. */
export const csvParameters = z.object({
  format: z
    .enum(['json', 'csv'])
    .default('json')
    .describe('`csv`: the whole list as a CSV file, starting after `after`.'),
  limit: z.coerce.number().int().min(1).max(CSV.most_rows).optional(),
});

/** A parsed request. */
export interface RequestedForm {
  form: 'json' | 'csv';
  /** The number of rows of the requested CSV file. */
  rows?: number;
  /** The other parameters, for the question itself. */
  parameters: Record<string, string>;
}

/** @throws z.ZodError */
export function requestedForm(
  { csv }: Pick<Question<never, unknown>, 'csv'>,
  given: Record<string, string>,
): RequestedForm {
  if (!csv) return { form: 'json', parameters: given };
  const { format: wanted, ...parameters } = given;
  const { format } = csvParameters.pick({ format: true }).parse({ format: wanted });
  if (format === 'json') return { form: format, parameters };
  const { limit, ...others } = parameters;
  const { limit: rows } = csvParameters.parse({ limit });
  return { form: format, rows, parameters: others };
}
