/**
 * Decisions on an execution from outside, by time. Node only.
 * @module
 */
import type { Decision } from '../../../model/decision';
import type { ExecutionOverview } from '../../../questions/executions/overview';
import { type Column, Section, Table } from '../../parts/blocks';
import { Digest, Text, Time, Toned } from '../../parts/words';

/** `signal` and `update` are ordinary; the others end or change it. */
const COLUMNS: readonly Column<Decision>[] = [
  { title: 'When', cell: ({ time }) => <Time at={time} /> },
  {
    title: 'What',
    cell: ({ kind }) => (kind === 'signal' || kind === 'update' ? kind : <Toned tone="odd">{kind}</Toned>),
  },
  { title: 'Name', lead: true, cell: ({ name }) => (name === undefined ? '' : <Text of={name} />) },
  {
    title: 'By',
    kind: 'long',
    cell: ({ identity }) =>
      identity ? <Text of={identity} /> : <span class="soft">unknown: recorded only in the history</span>,
  },
  { title: 'Reason', kind: 'long', cell: ({ reason }) => reason && <Text of={reason} /> },
  { title: 'Arguments', cell: ({ args_digest }) => args_digest && <Digest of={args_digest} /> },
];

/** `<Decisions view={view} />`; empty if there are no decisions. */
export function Decisions({ view: { decisions, decided } }: { view: ExecutionOverview }) {
  if (decided === 0) return null;
  return (
    <Section id="decisions" title="Decisions" count={decided}>
      <Table caption="Decisions" columns={COLUMNS} rows={decisions} />
      {decided > decisions.length && (
        <p class="soft">The first and the last of {decided.toLocaleString('en-US')} are shown.</p>
      )}
    </Section>
  );
}
