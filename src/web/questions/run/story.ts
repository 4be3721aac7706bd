/**
 * The context of a run: sources of its metadata, attempts, code, worker, runs at the same time. Node only.
 * @module
 */
import { z } from 'zod';
import { findRun } from '../../../questions/references/run-reference';
import { type RunDetails, runDetailsOf } from '../../../questions/stories/run-details';
import { RUN } from '../../limits';
import { ref } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  ref: ref.describe('Scan id, uid, or part of a uid.'),
  field: z.string().max(200).default('').describe('Only metadata fields with this text in their name.'),
  fields: z.coerce
    .number()
    .int()
    .min(1)
    .max(RUN.most_fields)
    .default(RUN.fields)
    .describe('Maximum number of metadata fields.'),
});

/** The context of a run, and remarks if a scan id names several runs. */
export type RunStoryAnswer = RunDetails & { remarks: string[] };

/** `/runs/{ref}/story`. */
export const runStory = question<z.infer<typeof input>, RunStoryAnswer>({
  name: 'runStory',
  path: '/runs/{ref}/story',
  summary: 'Context of a run: where its metadata came from, attempts, code, worker, runs at the same time.',
  input,
  answer: z.looseObject({
    uid: z.string(),
    remarks: z.array(z.string()),
    fields: z.array(z.looseObject({ field: z.string() })),
    field_count: z.number(),
    attempts: z.array(z.looseObject({ uid: z.string(), status: z.string() })),
    attempt_count: z.number(),
  }),
  async ask(scope, { ref, field, fields }) {
    const { value, remarks } = await findRun(scope, ref);
    const { attempts, error_characters } = RUN;
    return { ...(await runDetailsOf(scope, value, { field, fields, attempts, error_characters })), remarks };
  },
});
