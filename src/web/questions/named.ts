/**
 * The record with a given name. Node only.
 * @module
 */
import { z } from 'zod';
import { findAnything, type Named } from '../../questions/references/anything';
import { ref } from './inputs';
import { question } from './question';

const input = z.strictObject({
  ref: ref.describe('Scan id, uid or part of one, workflow id, run id, digest, name or URI of data.'),
});

/** `/named`. */
export const named = question<z.infer<typeof input>, Named & { remarks: string[] }>({
  name: 'named',
  path: '/named',
  summary: 'Finds the record with this name: a run, an execution, data or an environment.',
  input,
  answer: z.intersection(
    z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('run'), uid: z.string() }),
      z.looseObject({ kind: z.literal('execution'), run_id: z.string() }),
      z.looseObject({ kind: z.literal('data'), ref: z.string() }),
      z.looseObject({ kind: z.literal('environment'), id: z.string() }),
    ]),
    z.looseObject({ remarks: z.array(z.string()) }),
  ),
  async ask(scope, { ref }) {
    const { value, remarks } = await findAnything(scope, ref);
    return { ...value, remarks };
  },
});
