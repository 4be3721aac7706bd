/**
 * Where the metadata of a run came from, as in `explain`. Node only.
 * @module
 */
import { z } from 'zod';
import { explainRun, type FieldExplanation } from '../../questions/stories/explain';
import { ref } from './inputs';
import { question } from './question';
import { explanation } from './shapes/labs';

const input = z.strictObject({
  ref: ref.describe('Scan id, uid, or part of a uid.'),
  field: z.string().min(1).max(1_000).optional().describe('Only this metadata field.'),
});

/** The fields with their sources. */
export interface Explained {
  uid: string;
  fields: FieldExplanation[];
  remarks: string[];
}

/** `/runs/{ref}/explain`. */
export const explain = question<z.infer<typeof input>, Explained>({
  name: 'explain',
  path: '/runs/{ref}/explain',
  summary: 'Where the metadata of a run came from: source, overridden values, change of the stash.',
  input,
  answer: z.looseObject({ uid: z.string(), fields: z.array(explanation), remarks: z.array(z.string()) }),
  async ask(scope, { ref, field }) {
    const { value, remarks } = await explainRun(scope, ref, field);
    return { uid: value.run.start.uid, fields: value.fields, remarks };
  },
});
