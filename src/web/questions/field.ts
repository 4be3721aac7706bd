/**
 * One metadata field: types, frequent values, fields below it. Node only.
 * @module
 */
import { z } from 'zod';
import { fieldsOf } from '../../questions/lists/fields';
import { ref } from './inputs';
import { question } from './question';
import { fieldUse } from './shapes/labs';

const input = z.strictObject({ path: ref.describe('Name of the field, as in a filter: `sample.name`.') });

/** The field, followed by the fields below it. */
interface FieldAnswer {
  fields: Awaited<ReturnType<typeof fieldsOf>>;
}

/** `/fields/{path}`. */
export const field = question<z.infer<typeof input>, FieldAnswer>({
  name: 'field',
  path: '/fields/{path}',
  summary: 'A metadata field and those below it: how many runs have it, types, the most frequent values.',
  input,
  answer: z.looseObject({ fields: z.array(fieldUse) }),
  ask: async (scope, { path }) => ({ fields: await fieldsOf(scope, path) }),
});
