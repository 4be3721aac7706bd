/**
 * Activities that a rule refused or that wait for metadata. Node only.
 * @module
 */
import { z } from 'zod';
import { shortUid } from '../../../model/ids';
import {
  isOverdue,
  issuesText,
  type RefusedActivity,
  type RefusedStatus,
} from '../../../questions/lists/refused';
import { fieldText } from '../../../questions/shown/recorded-values';
import { safe } from '../../../questions/shown/safe-text';
import type { Tone } from '../../../questions/status';
import { to } from '../../links';
import { Empty, Remarks } from '../../parts/blocks';
import { type Column, Table } from '../../parts/table';
import { Time, Toned } from '../../parts/words';
import { limit } from '../../questions/inputs';
import { refusals } from '../../questions/lists/refusals';
import { page } from '../page';
import { WayOn } from './way-on';

const TONES: Readonly<Record<RefusedStatus, Tone>> = {
  waiting: 'odd',
  opened: 'good',
  ended: 'bad',
  refused: 'bad',
};

const COLUMNS: readonly Column<RefusedActivity>[] = [
  { title: 'Status', cell: ({ status }) => <Toned tone={TONES[status]}>{status}</Toned> },
  {
    title: 'Activity',
    lead: true,
    cell: ({ temporal }) => <bdi>{safe(temporal.activity_type ?? '')}</bdi>,
  },
  { title: 'Workflow', cell: ({ temporal }) => <Workflow of={temporal} /> },
  { title: 'Missing or wrong', cell: ({ issues }) => <bdi>{safe(issuesText(issues))}</bdi> },
  { title: 'Since', cell: ({ first_time }) => <Time at={first_time} relative /> },
  { title: 'Attempts', kind: 'number', cell: ({ tries }) => tries },
  { title: 'Next attempt', cell: (activity) => <NextTry of={activity} /> },
  {
    title: 'Opened',
    cell: ({ uid }) =>
      uid !== undefined && (
        <a href={to.run(uid)}>
          <code>{shortUid(uid)}</code>
        </a>
      ),
  },
  { title: 'Operator', cell: ({ metadata }) => <bdi>{fieldText(metadata.operator)}</bdi> },
  { title: 'What to do', cell: (activity) => <WayOn of={activity} /> },
];

/** `/refusals`. */
export const refusalsPage = page({
  path: '/refusals',
  input: z.object({ limit }),
  async show({ limit }, visit) {
    const { items, remarks } = await visit.ask(refusals, { limit });
    const labs = new Set(items.map(({ lab }) => lab)).size > 1;
    const lab: Column<RefusedActivity> = { title: 'Lab', cell: ({ lab }) => <bdi>{safe(lab)}</bdi> };
    return {
      title: 'Refused and waiting',
      section: 'refusals',
      scripts: ['runs'],
      json: to.api('/refusals', { limit }),
      csv: to.csv('/refusals'),
      body: (
        <div class="list" data-live="list">
          {items.length === 0 ? (
            <Empty title={remarks[0] ?? 'No refusal is recorded.'}>
              <p>
                The <a href={to.rules()}>rules</a> page shows what a lab requires of its runs.
              </p>
            </Empty>
          ) : (
            <>
              <Remarks lines={remarks} />
              <Table
                caption="Refused and waiting activities"
                columns={labs ? [lab, ...COLUMNS] : COLUMNS}
                rows={items}
                row_key={({ temporal, lab }) => JSON.stringify([lab, temporal.run_id, temporal.activity_id])}
              />
              {items.length === limit && <p>The {limit} refused last.</p>}
            </>
          )}
        </div>
      ),
    };
  },
});

function Workflow({ of: { workflow_id, run_id } }: { of: RefusedActivity['temporal'] }) {
  if (workflow_id === undefined) return null;
  const name = <bdi>{safe(workflow_id)}</bdi>;
  return run_id === undefined ? name : <a href={to.execution(run_id)}>{name}</a>;
}

function NextTry({ of }: { of: RefusedActivity }) {
  if (of.next_time === undefined) return null;
  return (
    <>
      <Time at={of.next_time} relative />
      {isOverdue(of) && ' (overdue: no worker has run it)'}
    </>
  );
}
