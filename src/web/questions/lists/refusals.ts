/**
 * Activities that a rule refused or that wait for metadata. Node only.
 * @module
 */
import { z } from 'zod';
import {
  issuesText,
  nothingRefused,
  type RefusedActivity,
  refusedActivities,
} from '../../../questions/lists/refused';
import { instant } from '../../../questions/words';
import { type CsvColumn, csvOfItems } from '../../csv/form';
import { limit } from '../inputs';
import { question } from '../question';
import { refusedActivity } from '../shapes/executions';

const COLUMNS: readonly CsvColumn<RefusedActivity>[] = [
  ['status', ({ status }) => status],
  ['lab', ({ lab }) => lab],
  ['workflow_id', ({ temporal }) => temporal.workflow_id],
  ['run_id', ({ temporal }) => temporal.run_id],
  ['activity_type', ({ temporal }) => temporal.activity_type],
  ['for', ({ issues }) => issuesText(issues)],
  ['since', ({ first_time }) => instant(first_time)],
  ['tries', ({ tries }) => tries],
  ['next_try', ({ next_time }) => (next_time === undefined ? undefined : instant(next_time))],
  ['opened', ({ uid }) => uid],
];

const input = z.strictObject({ limit });

/** Refused activities, the last refused first. */
export interface RefusalsAnswer {
  items: RefusedActivity[];
  /** True if older refusals were not read. */
  truncated: boolean;
  remarks: string[];
}

/** `/refusals`. */
export const refusals = question<z.infer<typeof input>, RefusalsAnswer>({
  name: 'refusals',
  path: '/refusals',
  summary: 'Activities that were refused or wait for metadata: the missing fields, and since when.',
  input,
  answer: z.object({
    items: z.array(refusedActivity),
    truncated: z.boolean(),
    remarks: z.array(z.string()),
  }),
  csv: csvOfItems(COLUMNS),
  async ask(scope, { limit }) {
    const { activities, truncated } = await refusedActivities(scope, limit);
    const empty = activities.length === 0 ? [await nothingRefused(scope)] : [];
    const older = 'Older refusals were not read: an activity may have been refused earlier than shown.';
    return { items: activities, truncated, remarks: truncated ? [...empty, older] : empty };
  },
});
