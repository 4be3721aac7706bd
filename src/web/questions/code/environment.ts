/**
 * One code environment, as in `env --json`, with its runs and workers. Node only.
 * @module
 */
import { z } from 'zod';
import type { Environment, WorkerSession } from '../../../model/environment';
import {
  type CodeFile,
  codeFilesOf,
  sessionsOfEnvironment,
  type Use,
  useOfEnvironment,
} from '../../../questions/stories/environment-details';
import { type EnvironmentFact, environmentFacts } from '../../../questions/stories/environment-words';
import { findEnvironment } from '../../../questions/stories/environments';
import { CODE } from '../../limits';
import { ref } from '../inputs';
import { question } from '../question';
import { environment as shape, workerSession } from '../shapes/code';
import { count } from '../shapes/shape';
import { use } from './environments';

const input = z.strictObject({ ref: ref.describe('Environment id, its first digits, or a run.') });

/** An environment with its runs and workers. */
export interface EnvironmentAnswer extends Environment, Use {
  /** Its facts in words. */
  facts: EnvironmentFact[];
  /** Worker sessions of its last runs. */
  sessions: WorkerSession[];
  /** The first code files outside the commit. */
  files: CodeFile[];
  file_count: number;
  remarks: string[];
}

/** `/environments/{ref}`. */
export const environment = question<z.infer<typeof input>, EnvironmentAnswer>({
  name: 'environment',
  path: '/environments/{ref}',
  summary: 'One code environment, with its runs and workers.',
  input,
  answer: shape.extend({
    ...use,
    facts: z.array(z.looseObject({ label: z.string() })),
    sessions: z.array(workerSession),
    files: z.array(z.looseObject({ path: z.string() })),
    file_count: count,
    remarks: z.array(z.string()),
  }),
  async ask(scope, { ref }) {
    const { value, remarks } = await findEnvironment(scope, ref);
    const files = await codeFilesOf(scope, value);
    return {
      ...value,
      ...(await useOfEnvironment(scope, value, CODE.counted_runs)),
      facts: environmentFacts(value),
      sessions: await sessionsOfEnvironment(scope, value, CODE.sessions),
      files: files.slice(0, CODE.files),
      file_count: files.length,
      remarks,
    };
  },
});
