/**
 * The list of runs. Node only.
 * @module
 */
import { z } from 'zod';
import { shortUid } from '../../../model/ids';
import type { RunView } from '../../../questions/lists/runs';
import { to } from '../../links';
import { type Column, Empty, Remarks, Table } from '../../parts/blocks';
import { Status, Time, Took } from '../../parts/words';
import { after, limit, where, yes } from '../../questions/inputs';
import { runs } from '../../questions/runs';
import { page } from '../page';

const COLUMNS: readonly Column<RunView>[] = [
  { title: 'Scan', kind: 'number', cell: ({ start }) => start.scan_id },
  {
    title: 'Run',
    cell: ({ start }) => <a href={to.run(start.uid)}>{shortUid(start.uid)}</a>,
  },
  { title: 'Activity', cell: ({ start }) => start.temporal.activity_type },
  { title: 'State', cell: ({ status }) => <Status of={status} /> },
  { title: 'Opened', cell: ({ start }) => <Time at={start.time} relative /> },
  { title: 'Took', kind: 'number', cell: ({ took_ms }) => took_ms !== undefined && <Took ms={took_ms} /> },
];

/** `/`. */
export const runsPage = page({
  path: '/',
  input: z.object({ where, limit, after, attempts: yes.default(false) }),
  async show(input, visit) {
    const { items, next, remarks } = await visit.ask(runs, input);
    return {
      title: 'Runs',
      section: 'runs',
      json: to.api('/runs', input),
      body: (
        <>
          <Remarks lines={remarks} />
          {items.length === 0 ? (
            <Empty title="No runs." />
          ) : (
            <Table caption="Runs" columns={COLUMNS} rows={items} />
          )}
          {next && (
            <nav class="parts">
              <a href={to.runs({ ...input, after: next })} rel="next">
                Next
              </a>
            </nav>
          )}
        </>
      ),
    };
  },
});
