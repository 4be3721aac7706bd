/**
 * One run, as `show --json` has it. Node only.
 * @module
 */
import { z } from 'zod';
import { type RunView, runView } from '../../questions/lists/runs';
import { findRun } from '../../questions/references/run-reference';
import { ref } from './inputs';
import { question } from './question';

const input = z.strictObject({ ref: ref.describe('Scan id, uid, or part of a uid.') });

/** `/runs/{ref}`. */
export const run = question<z.infer<typeof input>, RunView>({
  name: 'run',
  path: '/runs/{ref}',
  summary: 'One run: its documents, status and error.',
  input,
  answer: z.looseObject({}),
  ask: async (scope, { ref }) => runView((await findRun(scope, ref)).value),
});
