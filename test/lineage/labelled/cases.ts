/** All cases of the labelled set, in the order in which they are published. */
import type { LabelledCase } from './case';
import { EXECUTIONS } from './executions/labels';
import { FILES } from './files/labels';
import { LIMITS } from './limits/labels';
import { VALUES } from './values/labels';

/** Groups of cases with the heading of each. */
export const GROUPS: readonly (readonly [heading: string, cases: readonly LabelledCase[]])[] = [
  ['Values that a workflow passes on', VALUES],
  ['Several executions', EXECUTIONS],
  ['Files', FILES],
  ['At the limits', LIMITS],
];

/** Every case. */
export const CASES: readonly LabelledCase[] = GROUPS.flatMap(([, cases]) => cases);
