/**
 * The labs of a store. Node only.
 * @module
 */
import { z } from 'zod';
import { labNames } from '../../questions/labs';
import { question } from './question';

/** Facts about a store. */
export interface StoreLabs {
  /** The labs with a stash or runs, by name. */
  labs: string[];
  /** Remarks for every answer. */
  remarks: string[];
}

const input = z.strictObject({});

/** `/labs`. */
export const labs = question<z.infer<typeof input>, StoreLabs>({
  name: 'labs',
  path: '/labs',
  summary: 'Labs of the store, and remarks, such as where it was moved to.',
  input,
  answer: z.object({ labs: z.array(z.string()), remarks: z.array(z.string()) }),
  async ask(scope) {
    const { value, remarks } = await labNames(scope);
    return { labs: value, remarks };
  },
});
