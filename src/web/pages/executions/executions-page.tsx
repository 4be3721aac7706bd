/**
 * The list of executions. Node only.
 * @module
 */
import { z } from 'zod';
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { CELL_CHARACTERS } from '../../parts/search/cells';
import { Nothing } from '../../parts/search/nothing';
import { Parts } from '../../parts/search/parts-of-list';
import { faultOf, withoutAnswer } from '../../parts/search/without-answer';
import { Table } from '../../parts/table';
import { yes } from '../../questions/inputs';
import { type ExecutionRow, type ExecutionsAnswer, executions } from '../../questions/lists/executions';
import { EXECUTIONS, LIST_INPUT, ListBody, type ListKind, type ListRequest, listRequestOf } from '../list';
import { page } from '../page';
import { columnsOf, FIRST_COLUMNS, KNOWN_COLUMNS } from './execution-columns';

const KIND: ListKind = {
  ...EXECUTIONS,
  status_values: ['completed', 'failed', 'canceled', 'terminated', 'timed_out', 'continued_as_new', 'lost'],
  first_columns: FIRST_COLUMNS,
  known_columns: KNOWN_COLUMNS,
  facets: [
    { title: 'Type', field: 'workflow_type' },
    { title: 'Operator', field: 'operator' },
    { title: 'Sample', field: 'sample' },
  ],
};

const input = z.object({ ...LIST_INPUT, family: yes.default(false) });

/** `/executions`. */
export const executionsPage = page({
  path: '/executions',
  input,
  async show(given, visit) {
    const { family } = given;
    const request = listRequestOf(KIND, given, visit, { family: family || undefined });
    const { view, where, columns } = request;
    const shown = { title: 'Executions', section: 'executions', scripts: ['runs', 'search'] };
    const wanted = { where, family, limit: given.limit, after: given.after };
    const list = { ...wanted, columns: [...columns], cut: CELL_CHARACTERS };
    const answer = await visit.ask(executions, list).catch(faultOf);
    if ('fault' in answer) {
      const { fault, status } = answer;
      const body = await withoutAnswer({ of: 'executions', view, where, fault, visit });
      return { ...shown, status, body };
    }
    const links = (
      <a href={view.with({ family: family ? undefined : true })}>
        {family ? 'Without metadata of children' : 'With metadata of children'}
      </a>
    );
    return {
      ...shown,
      json: to.api('/executions', wanted),
      csv: to.csv('/executions', { where, family, columns: columns.join(',') }),
      // Counts of values are those of runs, and would mislead here.
      body: await ListBody({
        ...{ kind: KIND, request, visit, links },
        children: <ExecutionList request={request} answer={answer as ExecutionsAnswer} />,
      }),
    };
  },
});

function ExecutionList({ request, answer }: { request: ListRequest; answer: ExecutionsAnswer }) {
  const { view, where, after, limit, columns } = request;
  const { next, remarks, reasons = [] } = answer;
  const rows = answer.items as ExecutionRow[];
  if (rows.length === 0 && after === undefined)
    return <Nothing view={view} where={where} reasons={reasons} of="executions" />;
  return (
    <>
      <Remarks lines={remarks} />
      <Table
        caption="Executions"
        columns={columnsOf(columns, rows, request)}
        rows={rows}
        row_key={({ run_id }) => run_id}
      />
      <Parts view={view} after={after} next={next} limit={limit} empty={rows.length === 0} />
    </>
  );
}
