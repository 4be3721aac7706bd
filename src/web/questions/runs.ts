/**
 * Runs that match a filter, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import { parseFilter } from '../../filter/parser';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { JsonObject } from '../../model/json';
import { explainEmpty } from '../../questions/hints/empty-list';
import { withLineageRuns } from '../../questions/lineage/filter-runs';
import { type ListColumn, runColumns, runValues } from '../../questions/lists/columns';
import { type RunView, runsOf, runView as viewOf } from '../../questions/lists/runs';
import { reportLines, type SearchReport } from '../../questions/lists/search-report';
import type { Tone } from '../../questions/status';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { after, limit, where, yes } from './inputs';
import { columns, csvColumns, cut, shortened } from './lists/rows';
import { type Part, question } from './question';
import { explainedPart, runRow } from './shapes/rows';
import { runView } from './shapes/runs';

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

/** A run with the requested columns, instead of its documents. */
export interface RunRow {
  uid: string;
  scan_id?: number;
  lab: string;
  status: string;
  tone: Tone;
  /** Temporal's run id, which together with `activity_id` identifies its activity. */
  run_id?: string;
  activity_id: string;
  attempt: number;
  /** The values by the name of the column; absent if there is none. */
  values: JsonObject;
}

/** The runs, or the reasons why there are none. */
export interface RunsAnswer extends Part<RunView | RunRow> {
  /** If nothing was found: the reasons, and what to do. */
  reasons?: string[];
}

const input = z.strictObject({
  where,
  limit,
  after,
  attempts: yes.default(false).describe('Return every attempt of an activity, not only the last.'),
  columns,
  cut,
});

/** `/runs`. */
export const runs = question<z.infer<typeof input>, RunsAnswer>({
  name: 'runs',
  path: '/runs',
  summary: 'Runs that match a filter; the last recorded first, unless the filter has an order.',
  input,
  answer: explainedPart(z.union([runView, runRow])),
  csv: csvOfItems(
    ({ columns }) =>
      (columns ? csvColumns(columns, RUN_FIELDS) : COLUMNS) as readonly CsvColumn<RunView | RunRow>[],
  ),
  async ask(scope, { where, limit, after, attempts, columns, cut }) {
    const report: SearchReport = {};
    const wantedColumns = columns && runColumns(columns);
    const { value: filter, remarks } = await withLineageRuns(scope, parseFilter(where));
    const items: (RunView | RunRow)[] = [];
    const wanted = { filter, limit: limit + 1, after, fold_attempts: !attempts, report };
    let last: string | undefined;
    let more = false;
    for await (const run of runsOf(scope, wanted)) {
      more = items.length === limit;
      if (more) break;
      last = run.start.uid;
      items.push(wantedColumns ? rowOf(viewOf(run), wantedColumns, cut) : viewOf(run));
    }
    const empty = items.length === 0 && after === undefined;
    return {
      items,
      ...(more && last !== undefined && { next: last }),
      remarks: [...remarks, ...reportLines(report)],
      ...(empty && { reasons: await explainEmpty(scope, { what: 'runs', filter, catalogue: RUN_FIELDS }) }),
    };
  },
});

function rowOf(view: RunView, columns: readonly ListColumn[], cut: number | undefined): RunRow {
  const { start, status, tone } = view;
  const { activity_id, attempt, run_id } = start.temporal;
  return {
    uid: start.uid,
    ...(start.scan_id !== undefined && { scan_id: start.scan_id }),
    lab: start.provenance.lab,
    status,
    tone,
    ...(run_id !== undefined && { run_id }),
    activity_id,
    attempt,
    values: shortened(runValues(view, columns), cut),
  };
}
