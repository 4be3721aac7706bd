/**
 * A worker session as a row. Node only.
 * @module
 */
import type { WorkerView } from '../../../questions/stories/workers';
import { to } from '../../links';
import type { Column } from '../../parts/blocks';
import { Text, Time, Toned } from '../../parts/words';

/** The state of a worker; a killed worker records no end. */
export function WorkerState({ worker: { open } }: { worker: WorkerView }) {
  return open ? (
    <span title="No end is recorded. A killed worker records none.">
      <Toned tone="open">running, or killed</Toned>
    </span>
  ) : (
    <Toned tone="good">ended</Toned>
  );
}

/** Columns of the list. */
export const COLUMNS: readonly Column<WorkerView>[] = [
  {
    title: 'Worker',
    lead: true,
    cell: ({ session }) => (
      <a href={to.worker(session.session_id)}>
        <Text of={session.identity} />
      </a>
    ),
  },
  { title: 'Status', cell: (worker) => <WorkerState worker={worker} /> },
  { title: 'Queue', cell: ({ session }) => <Text of={session.task_queue} /> },
  { title: 'Lab', cell: ({ session }) => session.capture && <Text of={session.capture.lab} /> },
  { title: 'Host', cell: ({ session }) => <Text of={session.host} /> },
  {
    title: 'Code',
    kind: 'long',
    cell: ({ session: { environment }, code }) =>
      environment === undefined ? (
        'not captured'
      ) : (
        <a href={to.environment(environment)}>
          <Text of={code ?? environment} />
        </a>
      ),
  },
  { title: 'Since', cell: ({ session }) => <Time at={session.start_time} relative /> },
  {
    title: 'Until',
    cell: ({ session: { stop_time } }) => stop_time !== undefined && <Time at={stop_time} relative />,
  },
  {
    title: 'Last run',
    cell: ({ last_run_time }) =>
      last_run_time === undefined ? 'none' : <Time at={last_run_time} relative />,
  },
];
