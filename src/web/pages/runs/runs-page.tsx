/**
 * The list of runs. Node only.
 * @module
 */
import { z } from 'zod';
import { RUN_FIELDS } from '../../../filter/run-fields';
import { to } from '../../links';
import { CELL_CHARACTERS } from '../../parts/search/cells';
import { columnsAsked } from '../../parts/search/columns-menu';
import { SearchBox } from '../../parts/search/search-box';
import { withDays } from '../../parts/search/times';
import { View } from '../../parts/search/view';
import { faultOf, withoutAnswer } from '../../parts/search/without-answer';
import { after, limit, where, yes } from '../../questions/inputs';
import { columns } from '../../questions/lists/rows';
import { type RunRow, type RunsAnswer, runs } from '../../questions/runs';
import { page, type Visit } from '../page';
import type { RunsAsked } from './asked';
import { FIRST_COLUMNS } from './run-columns';
import { RunList } from './run-list';
import { Tools } from './run-tools';

const DEFAULT_LIMIT = 50;
const day = z
  .string()
  .regex(/^(\d{4}-\d\d-\d\d)?$/, 'a day is written 2026-11-30')
  .optional();

const input = z.object({
  where,
  limit,
  after,
  attempts: yes.default(false),
  columns,
  compare: yes.default(false),
  from: day,
  to: day,
});

/** `/`. */
export const runsPage = page({
  path: '/',
  input,
  async show(given, visit) {
    const asked = askedOf(given, visit);
    const { view, where, attempts, columns } = asked;
    const shown = { title: 'Runs', section: 'runs', scripts: ['runs', 'search'] };
    const answer = await visit.ask(runs, listInput(asked)).catch(faultOf);
    if ('fault' in answer) {
      const { fault, status } = answer;
      return {
        ...shown,
        status,
        body: await withoutAnswer({ of: 'runs', view, where, fault, visit }),
      };
    }
    const rows = answer.items as RunRow[];
    return {
      ...shown,
      json: to.api('/runs', { where, attempts, limit: given.limit, after: given.after }),
      csv: to.csv('/runs', { where, attempts, columns: columns.join(',') }),
      body: (
        <>
          <SearchBox view={view} where={where} of="runs" />
          {await Tools({ asked, visit })}
          <div class="list" data-live="list">
            <RunList asked={asked} answer={answer as RunsAnswer} rows={rows} />
          </div>
        </>
      ),
    };
  },
});

function askedOf(given: z.infer<typeof input>, { url }: Visit): RunsAsked {
  const chosen = columnsAsked(url, given.columns);
  const where = withDays(given.where, given, { field: 'time', catalogue: RUN_FIELDS });
  const view = new View('/', {
    where,
    columns: chosen?.join(','),
    attempts: given.attempts || undefined,
    compare: given.compare || undefined,
    limit: given.limit === DEFAULT_LIMIT ? undefined : given.limit,
  });
  const { limit, after, attempts, compare } = given;
  return { view, where, limit, after, attempts, compare, columns: chosen ?? FIRST_COLUMNS };
}

function listInput({ where, limit, after, attempts, columns }: RunsAsked) {
  // The lab is shown where the rows are of several.
  const wanted = columns.includes('lab') ? columns : [...columns, 'lab'];
  return { where, limit, after, attempts, columns: [...wanted], cut: CELL_CHARACTERS };
}
