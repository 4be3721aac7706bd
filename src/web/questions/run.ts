/**
 * One run, as in `show --json`. Node only.
 * @module
 */
import { z } from 'zod';
import { type RunView, runView as viewOf } from '../../questions/lists/runs';
import { findRun } from '../../questions/references/run-reference';
import { type RunDocument, runDocument } from '../../questions/stories/run-story';
import { ref } from './inputs';
import { question } from './question';
import { runView } from './shapes/runs';

const input = z.strictObject({ ref: ref.describe('Scan id, uid, or part of a uid.') });

/** The output of `show --json`, with the status, the error and the duration. */
export type RunAnswer = RunView & RunDocument;

/** `/runs/{ref}`. */
export const run = question<z.infer<typeof input>, RunAnswer>({
  name: 'run',
  path: '/runs/{ref}',
  summary: 'One run: its documents, its data in and out, status and error.',
  input,
  answer: runView.extend({
    late_reports: z.array(z.looseObject({})).optional(),
    data: z.looseObject({}).optional(),
  }),
  async ask(scope, { ref }) {
    const { value } = await findRun(scope, ref);
    return { ...viewOf(value), ...(await runDocument(scope, value, {})) };
  },
});
