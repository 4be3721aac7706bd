/**
 * The labs of the store. Node only.
 * @module
 */
import { z } from 'zod';
import { labsOf } from '../../questions/labs';
import { question } from './question';

const input = z.strictObject({});

/** `/labs`. */
export const labs = question<z.infer<typeof input>, { labs: string[] }>({
  name: 'labs',
  path: '/labs',
  summary: 'Labs that have a stash or runs, by name.',
  input,
  answer: z.object({ labs: z.array(z.string()) }),
  ask: async (scope) => ({ labs: await labsOf(scope) }),
});
