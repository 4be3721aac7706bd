/**
 * The resources and the checkpoints of a run: plots of numbers, and the table. Node only.
 * @module
 */
import type { Resources } from '../../../model/documents';
import type { Checkpoint } from '../../../model/progress';
import { counted } from '../../../questions/words';
import { address, to } from '../../links';
import { type Column, KeyValues, Parts, Section, Table } from '../../parts/blocks';
import { Size, Time, Took } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';
import type { CheckpointsAnswer } from '../../questions/run/checkpoints';
import { Recorded } from './values';

const COLUMNS: readonly Column<Checkpoint>[] = [
  { title: '#', kind: 'number', cell: ({ index }) => index },
  { title: 'Ended', lead: true, cell: ({ stop_time }) => <Time at={stop_time} /> },
  {
    title: 'Took',
    kind: 'number',
    cell: ({ start_time, stop_time }) => <Took ms={(stop_time - start_time) * 1000} />,
  },
  { title: 'Simulated time', kind: 'number', cell: simulated },
  {
    title: 'Details',
    kind: 'long',
    cell: ({ details }) => (details.length === 0 ? 'none' : details.map((one) => <Recorded of={one} />)),
  },
];

function simulated({ t_start_ms, t_stop_ms }: Checkpoint): string | undefined {
  return t_stop_ms === undefined ? undefined : `${t_start_ms ?? 0} to ${t_stop_ms} ms`;
}

/** The section; empty if there are no checkpoints. `after`: the start of the shown page. */
export function Checkpoints({
  uid,
  answer,
  after,
}: {
  uid: string;
  answer: CheckpointsAnswer;
  after?: number;
}) {
  const { items, next, count, before } = answer;
  if (count === 0 && before.length === 0) return null;
  const at = (from?: string) => `${address(to.run(uid), { checkpoint: from })}#checkpoints`;
  return (
    <Section id="checkpoints" title="Checkpoints" count={count}>
      {before.map(({ run_start, attempt, count: left }) => (
        <p>
          <a href={`${to.run(run_start)}#checkpoints`}>Attempt {attempt}</a> left{' '}
          {counted(left, 'checkpoint')}.
        </p>
      ))}
      {count > 1 && <div class="plots" data-series={to.api(`/runs/${uid}/series`)} />}
      {count > 0 && <Table caption="Checkpoints" columns={COLUMNS} rows={items} />}
      <Parts
        first={after === undefined ? undefined : at()}
        next={next === undefined ? undefined : at(next)}
      />
    </Section>
  );
}

/** The resources of the process during the run; empty if unknown. */
export function Used({ run }: { run: RunAnswer }) {
  const used = run.stop?.resources;
  if (!used) return null;
  return (
    <Section id="resources" title="Resources">
      <KeyValues
        of={[
          ['Code time', <Took ms={used.duration_ms} />],
          ['CPU time', cpuOf(used)],
          ['Memory', memoryOf(used)],
          ['Peak memory', used.max_rss_bytes !== undefined && <Most bytes={used.max_rss_bytes} />],
          ['Read', used.fs_read_bytes !== undefined && <Size bytes={used.fs_read_bytes} />],
          ['Written', used.fs_write_bytes !== undefined && <Size bytes={used.fs_write_bytes} />],
          [
            'Event loop',
            used.event_loop_utilization !== undefined && (
              <Part of={used.event_loop_utilization} word="busy" />
            ),
          ],
          [
            'Shared',
            (used.concurrent_runs ?? 1) > 1 &&
              `the process was shared by ${used.concurrent_runs} runs: the figures are of the whole process`,
          ],
        ]}
      />
    </Section>
  );
}

function cpuOf({ cpu_user_ms, cpu_system_ms = 0, duration_ms }: Resources) {
  if (cpu_user_ms === undefined) return undefined;
  const cpu_ms = cpu_user_ms + cpu_system_ms;
  return (
    <>
      <Took ms={cpu_ms} /> {duration_ms > 0 && <Part of={cpu_ms / duration_ms} word="of that time" />}
    </>
  );
}

function Part({ of, word }: { of: number; word: string }) {
  const text = `${Math.round(of * 100)} % ${word}`;
  return (
    <>
      <meter min={0} max={1} value={Math.min(1, of)} aria-label={text} /> {text}
    </>
  );
}

function memoryOf({ rss_begin_bytes, rss_end_bytes }: Resources) {
  if (rss_begin_bytes === undefined || rss_end_bytes === undefined) return undefined;
  return (
    <>
      <Size bytes={rss_begin_bytes} /> at the start, <Size bytes={rss_end_bytes} /> at the end
    </>
  );
}

function Most({ bytes }: { bytes: number }) {
  return (
    <>
      <Size bytes={bytes} /> <span class="soft">since the process started</span>
    </>
  );
}
