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
import type { RunsAsked } from './asked';
import { columnsOf } from './run-columns';

/** The rows. */
export function RunList({
  asked,
  answer,
  rows,
}: {
  asked: RunsAsked;
  answer: RunsAnswer;
  rows: readonly RunRow[];
}) {
  const { view, where, after } = asked;
  const { next, remarks, reasons = [] } = answer;
  if (rows.length === 0 && after === undefined)
    return <Nothing view={view} where={where} reasons={reasons} of="runs" />;
  return (
    <>
      <Remarks lines={remarks} />
      {asked.compare ? <CompareForm asked={asked} rows={rows} /> : <Rows asked={asked} rows={rows} />}
      <Parts view={view} after={after} next={next} limit={asked.limit} empty={rows.length === 0} />
    </>
  );
}

function Rows({
  asked,
  rows,
  extra = [],
}: {
  asked: RunsAsked;
  rows: readonly RunRow[];
  extra?: Column<RunRow>[];
}) {
  const several = new Set(rows.map(({ lab }) => lab)).size > 1;
  const names = several && !asked.columns.includes('lab') ? ['lab', ...asked.columns] : asked.columns;
  return (
    <Table
      caption="Runs"
      columns={[...extra, ...columnsOf(names, rows, asked)]}
      rows={rows}
      row_key={({ uid }) => uid}
    />
  );
}

/** Two columns of radio buttons, one for each side of the comparison. */
function CompareForm({ asked, rows }: { asked: RunsAsked; rows: readonly RunRow[] }) {
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
      <Rows asked={asked} rows={rows} extra={[side('a', rows[1] ?? rows[0]), side('b', rows[0])]} />
    </form>
  );
}
