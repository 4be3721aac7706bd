/**
 * One run, as `show --json` has it. Node only.
 * @module
 */
import { z } from 'zod';
import { type RunView, runView as viewOf } from '../../questions/lists/runs';
import { findRun } from '../../questions/references/run-reference';
import { ref } from './inputs';
import { question } from './question';
import { runView } from './shapes/runs';

const input = z.strictObject({ ref: ref.describe('Scan id, uid, or part of a uid.') });

/** `/runs/{ref}`. */
export const run = question<z.infer<typeof input>, RunView>({
  name: 'run',
  path: '/runs/{ref}',
  summary: 'One run: its documents, status and error.',
  input,
  answer: runView,
  ask: async (scope, { ref }) => viewOf((await findRun(scope, ref)).value),
});
