/**
 * The list of runs. Node only.
 * @module
 */
import { z } from 'zod';
import { RUN_STATUSES } from '../../../filter/run-fields';
import { to } from '../../links';
import { CELL_CHARACTERS } from '../../parts/search/cells';
import { faultOf, withoutAnswer } from '../../parts/search/without-answer';
import { yes } from '../../questions/inputs';
import { fieldNames } from '../../questions/lists/field-names';
import { type RunRow, type RunsAnswer, runs } from '../../questions/runs';
import { LIST_INPUT, ListBody, type ListKind, listRequestOf, RUNS } from '../list';
import { page } from '../page';
import type { RunsRequest } from './request';
import { FIRST_COLUMNS, KNOWN_COLUMNS } from './run-columns';
import { RunList } from './run-list';

const KIND: ListKind = {
  ...RUNS,
  status_values: RUN_STATUSES,
  first_columns: FIRST_COLUMNS,
  known_columns: KNOWN_COLUMNS,
  facets: [
    { title: 'Operator', field: 'operator' },
    { title: 'Plan', field: 'plan_name' },
    { title: 'Activity', field: 'activity_type' },
    { title: 'Sample', field: 'sample' },
    { title: 'Code', field: 'code', digest: true },
  ],
};

/** Names of metadata that the menu of columns lists. */
const MOST_NAMES = 200;

const input = z.object({ ...LIST_INPUT, attempts: yes.default(false), compare: yes.default(false) });

/** `/`. */
export const runsPage = page({
  path: '/',
  input,
  async show(given, visit) {
    const { attempts, compare } = given;
    const others = { attempts: attempts || undefined, compare: compare || undefined };
    const request: RunsRequest = { ...listRequestOf(KIND, given, visit, others), attempts, compare };
    const { view, where, columns } = request;
    const shown = { title: 'Runs', section: 'runs', scripts: ['runs', 'search'] };
    const answer = await visit.ask(runs, listInput(request)).catch(faultOf);
    if ('fault' in answer) {
      const { fault, status } = answer;
      return {
        ...shown,
        status,
        body: await withoutAnswer({ of: 'runs', view, where, fault, visit }),
      };
    }
    const own = visit.ask(fieldNames, { limit: MOST_NAMES });
    return {
      ...shown,
      json: to.api('/runs', { where, attempts, limit: given.limit, after: given.after }),
      csv: to.csv('/runs', { where, attempts, columns: columns.join(',') }),
      body: await ListBody({
        ...{ kind: KIND, request, visit, own, counted: true, links: <Links request={request} /> },
        children: <RunList request={request} answer={answer as RunsAnswer} rows={answer.items as RunRow[]} />,
      }),
    };
  },
});

function Links({ request: { view, where, attempts, compare } }: { request: RunsRequest }) {
  return (
    <>
      <a href={view.with({ attempts: attempts ? undefined : true })}>
        {attempts ? 'Only last attempts' : 'All attempts'}
      </a>
      <a href={to.counts({ where: where || undefined })}>Count</a>
      <a href={view.with({ compare: compare ? undefined : true })}>
        {compare ? 'Stop comparing' : 'Compare two'}
      </a>
    </>
  );
}

function listInput({ where, limit, after, attempts, columns }: RunsRequest) {
  // The lab is shown if the rows are from several labs.
  const wanted = columns.includes('lab') ? columns : [...columns, 'lab'];
  return { where, limit, after, attempts, columns: [...wanted], cut: CELL_CHARACTERS };
}
