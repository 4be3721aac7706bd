/**
 * The list: its rows, or why there are none; the next page; selection of two runs to compare. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import { Remarks } from '../../parts/blocks';
import { Nothing } from '../../parts/search/nothing';
import { Parts } from '../../parts/search/parts-of-list';
import { type Column, Table } from '../../parts/table';
import type { RunRow, RunsAnswer } from '../../questions/runs';
import type { RunsRequest } from './request';
import { columnsOf } from './run-columns';

/** The rows. */
export function RunList({
  request,
  answer,
  rows,
}: {
  request: RunsRequest;
  answer: RunsAnswer;
  rows: readonly RunRow[];
}) {
  const { view, where, after } = request;
  const { next, remarks, reasons = [] } = answer;
  if (rows.length === 0 && after === undefined)
    return <Nothing view={view} where={where} reasons={reasons} of="runs" />;
  return (
    <>
      <Remarks lines={remarks} />
      {request.compare ? (
        <CompareForm request={request} rows={rows} />
      ) : (
        <Rows request={request} rows={rows} />
      )}
      <Parts view={view} after={after} next={next} limit={request.limit} empty={rows.length === 0} />
    </>
  );
}

function Rows({
  request,
  rows,
  extra = [],
}: {
  request: RunsRequest;
  rows: readonly RunRow[];
  extra?: Column<RunRow>[];
}) {
  const several = new Set(rows.map(({ lab }) => lab)).size > 1;
  const names = several && !request.columns.includes('lab') ? ['lab', ...request.columns] : request.columns;
  return (
    <Table
      caption="Runs"
      columns={[...extra, ...columnsOf(names, rows, request)]}
      rows={rows}
      row_key={({ uid }) => uid}
    />
  );
}

/** Two columns of radio buttons, one for each side of the comparison. */
function CompareForm({ request, rows }: { request: RunsRequest; rows: readonly RunRow[] }) {
  const side = (name: 'a' | 'b', first: RunRow | undefined): Column<RunRow> => ({
    title: name.toUpperCase(),
    cell: (row) => (
      <input
        type="radio"
        name={name}
        value={row.uid}
        checked={row === first}
        aria-label={`${shortUid(row.uid)} as ${name.toUpperCase()}`}
      />
    ),
  });
  return (
    <form method="get" action="/diff" class="compare">
      <p>
        <button class="main" type="submit">
          Compare A with B
        </button>
      </p>
      <Rows request={request} rows={rows} extra={[side('a', rows[1] ?? rows[0]), side('b', rows[0])]} />
    </form>
  );
}
