/**
 * Numbers of runs, by fields and by time. Node only.
 * @module
 */
import { z } from 'zod';
import { parseFilter } from '../../../filter/parser';
import { withLineageRuns } from '../../../questions/lineage/filter-runs';
import { countRuns, type RunCount } from '../../../questions/lists/counts';
import { reportLines, type SearchReport } from '../../../questions/lists/search-report';
import { csvOfItems } from '../../csv/form';
import { where } from '../inputs';
import { question } from '../question';
import { columns } from './rows';

/** The maximum number of groups in an answer. */
const MOST_GROUPS = 1_000;

const input = z.strictObject({
  where,
  by: columns.describe('Fields, and day, week, month or year of the opening (UTC): operator,month.'),
});

/** The groups with their counts. */
export interface CountsAnswer {
  /** The groups, by time in ascending order, then the most frequent first. */
  items: RunCount[];
  /** The number of matching runs. A run with several values of a field is in several groups. */
  runs: number;
  /** The number of groups that are not in `items`. */
  groups_left_out: number;
  remarks: string[];
}

/** `/counts`. */
export const counts = question<z.infer<typeof input>, CountsAnswer>({
  name: 'counts',
  path: '/counts',
  summary: 'Numbers of runs that match a filter, by fields and by time.',
  input,
  answer: z.object({
    items: z.array(z.object({ by: z.record(z.string(), z.unknown()), runs: z.number().int() })),
    runs: z.number().int(),
    groups_left_out: z.number().int(),
    remarks: z.array(z.string()),
  }),
  csv: csvOfItems(({ by = [] }) => [
    ...by.map((name) => [name, (group: RunCount) => group.by[name]] as const),
    ['runs', ({ runs }: RunCount) => runs],
  ]),
  async ask(scope, { where, by = [] }) {
    const report: SearchReport = {};
    const { value: filter, remarks } = await withLineageRuns(scope, parseFilter(where));
    const items = await countRuns(scope, { filter, by, report });
    const [all] = by.length === 0 ? items : await countRuns(scope, { filter, by: [] });
    return {
      items: items.slice(0, MOST_GROUPS),
      runs: all?.runs ?? 0,
      groups_left_out: Math.max(0, items.length - MOST_GROUPS),
      remarks: [...remarks, ...reportLines(report)],
    };
  },
});
