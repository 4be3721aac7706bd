/**
 * What the workers of each lab require of metadata. Node only.
 * @module
 */
import { z } from 'zod';
import { findAllRules, type RulesInForce } from '../../questions/lab-rules';
import { type RefusedActivity, refusedActivities } from '../../questions/lists/refused';
import { type RulesWords, rulesWords } from '../../questions/rule-words';
import { question } from './question';
import { rules as document } from './shapes/code';
import { refusedActivity } from './shapes/executions';
import { instant, shape } from './shapes/shape';

const input = z.strictObject({});
/** The number of refused activities shown with a lab's rules. */
const REFUSED = 5;

/** Workers with the same rules. */
export interface RulesSet extends Pick<RulesInForce, 'digest' | 'document'> {
  /** The rules in words; absent if there are none. */
  words?: RulesWords;
  /** The last session of each worker, the newest first. */
  workers: {
    session_id: string;
    identity: string;
    host: string;
    task_queue: string;
    since: number;
    until?: number;
  }[];
}

/** A lab's rules. */
export interface LabRules {
  lab: string;
  rules: RulesSet[];
}

/** The rules, and the last refusals. */
export interface RulesAnswer {
  labs: LabRules[];
  refused: RefusedActivity[];
}

const fields = z.array(z.looseObject({ field: z.string(), rule: z.string() }));
const words = z.looseObject({
  fields,
  before: z.array(z.string()),
  validators: z.array(z.looseObject({ words: z.string(), fields })),
  on_refusal: z.string(),
});
const worker = z.looseObject({
  session_id: z.string(),
  identity: z.string(),
  host: z.string(),
  task_queue: z.string(),
  since: instant,
  until: instant.optional(),
});
const labRules = shape(
  'LabRules',
  z.looseObject({
    lab: z.string(),
    rules: z.array(
      z.looseObject({
        digest: z.string().optional(),
        document: document.optional(),
        words: words.optional(),
        workers: z.array(worker),
      }),
    ),
  }),
);

/** `/rules`. */
export const rules = question<z.infer<typeof input>, RulesAnswer>({
  name: 'rules',
  path: '/rules',
  summary: "What each lab's workers require of metadata, as a document and in words, and the last refusals.",
  input,
  answer: z.looseObject({ labs: z.array(labRules), refused: z.array(refusedActivity) }),
  async ask(scope) {
    const found = await findAllRules(scope);
    const { activities: refused } = await refusedActivities(scope, REFUSED);
    return {
      labs: found.map(({ lab, in_force }) => ({ lab, rules: in_force.map(setOf) })),
      refused,
    };
  },
});

function setOf({ digest, document, workers }: RulesInForce): RulesSet {
  return {
    digest,
    document,
    words: document && rulesWords(document),
    workers: workers.map(({ session_id, identity, host, task_queue, start_time, stop_time }) => ({
      session_id,
      identity,
      host,
      task_queue,
      since: start_time,
      ...(stop_time !== undefined && { until: stop_time }),
    })),
  };
}
