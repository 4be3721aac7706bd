/**
 * The last activities that rules refused. Node only.
 * @module
 */
import { describeIssues } from '../../../metadata/issues';
import type { RefusedActivity } from '../../../questions/lists/refused';
import { to } from '../../links';
import { type Column, Empty, Section, Table } from '../../parts/blocks';
import { Text, Time, Toned } from '../../parts/words';

const TONES = { waiting: 'odd', opened: 'good', ended: 'odd', refused: 'bad' } as const;

const COLUMNS: readonly Column<RefusedActivity>[] = [
  { title: 'Status', cell: ({ status }) => <Toned tone={TONES[status]}>{status}</Toned> },
  {
    title: 'Activity',
    lead: true,
    cell: ({ temporal: { run_id, activity_type = '' } }) =>
      run_id === undefined ? (
        <Text of={activity_type} />
      ) : (
        <a href={to.execution(run_id)}>
          <Text of={activity_type} />
        </a>
      ),
  },
  { title: 'Missing or wrong', kind: 'long', cell: ({ issues }) => <Text of={describeIssues(issues)} /> },
  { title: 'Lab', cell: ({ lab }) => <Text of={lab} /> },
  { title: 'Attempts', kind: 'number', cell: ({ tries }) => tries },
  { title: 'Last', cell: ({ last_time }) => <Time at={last_time} relative /> },
];

/** `<Refused activities={refused} />` */
export function Refused({ activities }: { activities: readonly RefusedActivity[] }) {
  return (
    <Section id="refused" title="Refused last" aside={<a href={to.refusals()}>All refusals</a>}>
      {activities.length > 0 ? (
        <Table caption="Refused last" columns={COLUMNS} rows={activities} />
      ) : (
        <Empty title="No refusal is recorded." />
      )}
    </Section>
  );
}
