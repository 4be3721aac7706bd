/**
 * The summary of an execution: status, times, operator, chain and parent. Node only.
 * @module
 */
import type { ExecutionAddress } from '../../../model/documents';
import type { ChainLink, ExecutionOverview } from '../../../questions/executions/overview';
import { endOf } from '../../../questions/status';
import { lateText, reporterText, scheduleText } from '../../../questions/stories/run-words';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { KeyValues } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Build, Digest, Status, Text, Time, Took } from '../../parts/words';

/** `<Head view={view} temporal_ui={visit.temporal_ui} />` */
export function Head({ view, temporal_ui }: { view: ExecutionOverview; temporal_ui?: string }) {
  const { start, settled, observed, status } = view;
  const end = endOf(view);
  const { parent, root, caller } = start;
  const seen = settled && observed && settled.status !== observed.status ? observed.status : undefined;
  const other_root = root && root.run_id !== parent?.run_id && root.run_id !== start.run_id;
  return (
    <section id="what" class="execution-head" aria-label="What it is">
      <p class="outcome">
        <Status of={status} /> {end && <Took ms={(end.close_time - start.start_time) * 1000} />}
        <span class="soft">{countsText(view)}</span>
      </p>
      <KeyValues
        of={[
          ['When', <When view={view} />],
          ['Worker saw', seen],
          ...view.late_reports.map((report) => ['Late report', <Text of={lateText(report)} />] as const),
          ['By', whoOf(view)],
          [
            'Run id',
            <>
              <code data-copy={start.run_id}>{start.run_id}</code>{' '}
              {temporal_ui !== undefined && (
                <a href={to.temporal(temporal_ui, start)} rel="noreferrer">
                  Temporal’s Web UI
                </a>
              )}
            </>,
          ],
          ['Queue', <Text of={start.task_queue} />],
          ['Build', start.build_id ? <Build of={start.build_id} /> : undefined],
          ['Namespace', start.namespace !== 'default' && <Text of={start.namespace} />],
          ['Recorded by', start.origin === 'history' && 'backfill, from the history'],
          ['Child of', parent && <Execution of={parent} />],
          ['Called by', caller && <Caller of={caller} />],
          ['Root', other_root && <Execution of={root} />],
          ['Schedule', start.schedule_id !== undefined && <Text of={scheduleText(start)} />],
          ['Cron', start.cron_schedule !== undefined && <Text of={start.cron_schedule} />],
          ...chainFacts(view),
          ['Arguments', start.args?.length ? <Values of={start.args} /> : undefined],
          ['Result', end?.result?.length ? <Values of={end.result} /> : undefined],
        ]}
      />
    </section>
  );
}

function countsText({ counts }: ExecutionOverview): string {
  const { activities, attempts, children, failed } = counts;
  const words = [counted(activities, 'activity', 'activities')];
  if (attempts !== activities) words.push(counted(attempts, 'attempt'));
  if (children > 0) words.push(counted(children, 'child', 'children'));
  if (failed > 0) words.push(`${failed.toLocaleString('en-US')} failed`);
  return words.join(', ');
}

function When({ view }: { view: ExecutionOverview }) {
  const { start, settled } = view;
  const end = endOf(view);
  return (
    <>
      <Time at={start.start_time} /> →{' '}
      {end ? (
        <>
          <Time at={end.close_time} /> <span class="soft">({reporterText(settled)})</span>
        </>
      ) : (
        'still open'
      )}
    </>
  );
}

/** Facts of its first runs: operator, sample and scan ids. */
function whoOf({ lab, operator, sample, scan_id }: ExecutionOverview) {
  const known = [
    operator !== undefined && <Value of={operator} />,
    sample !== undefined && (
      <>
        sample <Value of={sample} />
      </>
    ),
    scan_id !== undefined && <a href={to.run(String(scan_id))}>scan {scan_id}</a>,
    lab !== undefined && lab !== 'default' && (
      <>
        lab <Text of={lab} />
      </>
    ),
  ].filter((one) => one !== false);
  if (known.length === 0) return undefined;
  return (
    <ul class="inline">
      {known.map((one) => (
        <li>{one}</li>
      ))}
    </ul>
  );
}

function Execution({ of }: { of: { workflow_id: string; run_id: string } }) {
  return (
    <>
      <a href={to.execution(of.run_id)}>
        <Text of={of.workflow_id} />
      </a>{' '}
      <span class="soft">
        run id <Digest of={of.run_id} characters={8} />
      </span>
    </>
  );
}

function Caller({ of }: { of: ExecutionAddress }) {
  return (
    <>
      <Execution of={of} /> by Nexus from <Text of={of.namespace} />
    </>
  );
}

function Values({ of }: { of: readonly Parameters<typeof Value>[0]['of'][] }) {
  return (
    <ul class="inline">
      {of.map((one) => (
        <li>
          <Value of={one} />
        </li>
      ))}
    </ul>
  );
}

/** Its place in the chain, and the executions before and after it. */
function chainFacts(view: ExecutionOverview) {
  const { start, chain } = view;
  const { reset_from, continued_from, attempt } = start;
  const how = attempt > 1 ? `Retry ${attempt - 1} of` : 'Continues';
  const place =
    chain.length > 1 && chain.place !== undefined ? `${chain.place} of ${chain.length} runs` : undefined;
  const beyond = endOf(view)?.continued_as !== undefined && !chain.after;
  const [first, last] = [chain.first, chain.last].map((one) =>
    one && ![chain.before?.run_id, chain.after?.run_id].includes(one.run_id) ? one : undefined,
  );
  return [
    ['Reset from', reset_from && <Linked run_id={reset_from} />],
    [how, continued_from && <Linked run_id={continued_from} of={chain.before} />],
    ['Attempt', !continued_from && attempt > 1 && String(attempt)],
    ['Continued as', chain.after && <Linked run_id={chain.after.run_id} of={chain.after} />],
    ['Continued as', beyond && 'a workflow run that is not recorded here'],
    [
      'Chain',
      place && (
        <>
          {place}
          {first && (
            <>
              {' '}
              · <a href={to.execution(first.run_id)}>first</a>
            </>
          )}
          {last && (
            <>
              {' '}
              · <a href={to.execution(last.run_id)}>last</a> <Status of={last.status} />
            </>
          )}
        </>
      ),
    ],
  ] as const;
}

function Linked({ run_id, of }: { run_id: string; of?: ChainLink }) {
  return (
    <>
      <a href={to.execution(run_id)}>
        <code>{run_id.slice(0, 8)}</code>
      </a>{' '}
      {of?.run_id === run_id && <Status of={of.status} />}
    </>
  );
}
