/**
 * Runs that pass a filter, a part at a time. Node only.
 * @module
 */
import { z } from 'zod';
import { parseFilter } from '../../filter/parser';
import { withLineageRuns } from '../../questions/lineage/filter-runs';
import { type RunView, runsOf, runView as viewOf } from '../../questions/lists/runs';
import { reportLines, type SearchReport } from '../../questions/lists/search-report';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { after, limit, where, yes } from './inputs';
import { type Part, question } from './question';
import { runView } from './shapes/runs';
import { part } from './shapes/shape';

const COLUMNS: readonly CsvColumn<RunView>[] = [
  ['uid', ({ start }) => start.uid],
  ['scan_id', ({ start }) => start.scan_id],
  ['status', ({ status }) => status],
  ['opened', ({ start }) => instant(start.time, 'milliseconds')],
  ['took_ms', ({ took_ms }) => took_ms],
  ['plan_name', ({ start }) => start.plan_name],
  ['activity_type', ({ start }) => start.temporal.activity_type],
  ['workflow_id', ({ start }) => start.temporal.workflow_id],
  ['run_id', ({ start }) => start.temporal.run_id],
  ['lab', ({ start }) => start.provenance.lab],
  ['error', ({ error }) => error?.message],
];

const input = z.strictObject({
  where,
  limit,
  after,
  attempts: yes.default(false).describe('Every attempt of an activity, not only the last.'),
});

/** `/runs`. */
export const runs = question<z.infer<typeof input>, Part<RunView>>({
  name: 'runs',
  path: '/runs',
  summary: 'Runs that pass a filter, the last recorded first unless the filter has an order.',
  input,
  answer: part(runView),
  csv: csvOfItems(COLUMNS),
  async ask(scope, { where, limit, after, attempts }) {
    const report: SearchReport = {};
    const { value: filter, remarks } = await withLineageRuns(scope, parseFilter(where));
    const items: RunView[] = [];
    const wanted = { filter, limit: limit + 1, after, fold_attempts: !attempts, report };
    for await (const run of runsOf(scope, wanted)) items.push(viewOf(run));
    const next = items.length > limit ? items[limit - 1]?.start.uid : undefined;
    return {
      items: items.slice(0, limit),
      ...(next && { next }),
      remarks: [...remarks, ...reportLines(report)],
    };
  },
});
