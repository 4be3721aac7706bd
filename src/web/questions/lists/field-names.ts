/**
 * The names of the metadata fields of runs. Node only.
 * @module
 */
import { z } from 'zod';
import { columnName } from '../../../questions/lists/columns';
import { carriedPaths } from '../../../questions/lists/fields';
import { limit } from '../inputs';
import { question } from '../question';

const input = z.strictObject({ limit });

/** The names, in the syntax of filters. */
export interface FieldNames {
  items: string[];
  /** True if there are more. */
  more: boolean;
}

/** `/fields`. */
export const fieldNames = question<z.infer<typeof input>, FieldNames>({
  name: 'fieldNames',
  path: '/fields',
  summary: 'Metadata fields of runs, as written in a filter; the first ones by name.',
  input,
  answer: z.object({ items: z.array(z.string()), more: z.boolean() }),
  async ask(scope, { limit }) {
    const paths = await carriedPaths(scope, limit + 1);
    return { items: paths.slice(0, limit).map(columnName), more: paths.length > limit };
  },
});
