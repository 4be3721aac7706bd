/**
 * The list of executions. Node only.
 * @module
 */
import { z } from 'zod';
import { EXECUTION_FIELDS } from '../../../filter/execution-fields';
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { CELL_CHARACTERS } from '../../parts/search/cells';
import { columnsAsked } from '../../parts/search/columns-menu';
import { Nothing } from '../../parts/search/nothing';
import { Parts } from '../../parts/search/parts-of-list';
import { SearchBox } from '../../parts/search/search-box';
import { withDays } from '../../parts/search/times';
import { View } from '../../parts/search/view';
import { faultOf, withoutAnswer } from '../../parts/search/without-answer';
import { Table } from '../../parts/table';
import { after, limit, where, yes } from '../../questions/inputs';
import { type ExecutionRow, executions } from '../../questions/lists/executions';
import { columns } from '../../questions/lists/rows';
import { page, type Visit } from '../page';
import type { ExecutionsAsked } from './asked';
import { columnsOf, FIRST_COLUMNS } from './execution-columns';
import { Tools } from './execution-tools';

const DEFAULT_LIMIT = 50;
const day = z
  .string()
  .regex(/^(\d{4}-\d\d-\d\d)?$/, 'a day is written 2026-11-30')
  .optional();
const input = z.object({ where, limit, after, family: yes.default(false), columns, from: day, to: day });

/** `/executions`. */
export const executionsPage = page({
  path: '/executions',
  input,
  async show(given, visit) {
    const asked = askedOf(given, visit);
    const { view, where, family, columns } = asked;
    const shown = { title: 'Executions', section: 'executions', scripts: ['runs', 'search'] };
    const wanted = { where, family, limit: given.limit, after: given.after };
    const list = { ...wanted, columns: [...columns], cut: CELL_CHARACTERS };
    const answer = await visit.ask(executions, list).catch(faultOf);
    if ('fault' in answer) {
      const { fault, status } = answer;
      const body = await withoutAnswer({ of: 'executions', view, where, fault, visit });
      return { ...shown, status, body };
    }
    const rows = answer.items as ExecutionRow[];
    const { next, remarks, reasons = [] } = answer;
    return {
      ...shown,
      json: to.api('/executions', wanted),
      csv: to.csv('/executions', { where, family, columns: columns.join(',') }),
      body: (
        <>
          <SearchBox view={view} where={where} of="executions" />
          {await Tools({ asked, visit })}
          <div class="list" data-live="list">
            {rows.length === 0 && given.after === undefined ? (
              <Nothing view={view} where={where} reasons={reasons} of="executions" />
            ) : (
              <>
                <Remarks lines={remarks} />
                <Table
                  caption="Executions"
                  columns={columnsOf(columns, rows, asked)}
                  rows={rows}
                  row_key={({ run_id }) => run_id}
                />
                <Parts
                  view={view}
                  after={given.after}
                  next={next}
                  limit={given.limit}
                  empty={rows.length === 0}
                />
              </>
            )}
          </div>
        </>
      ),
    };
  },
});

function askedOf(given: z.infer<typeof input>, { url }: Visit): ExecutionsAsked {
  const chosen = columnsAsked(url, given.columns);
  const where = withDays(given.where, given, { field: 'start_time', catalogue: EXECUTION_FIELDS });
  const view = new View('/executions', {
    where,
    columns: chosen?.join(','),
    family: given.family || undefined,
    limit: given.limit === DEFAULT_LIMIT ? undefined : given.limit,
  });
  return { view, where, family: given.family, columns: chosen ?? FIRST_COLUMNS };
}
