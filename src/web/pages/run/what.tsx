/**
 * What ran, where, and who ran it. Node only.
 * @module
 */
import { formatLiteral } from '../../../filter/format';
import { shortUid } from '../../../model/ids';
import type { Json } from '../../../model/json';
import { callerText, ORIGINS, scheduleText } from '../../../questions/stories/run-words';
import { to } from '../../links';
import { KeyValues, Section } from '../../parts/blocks';
import { Build, Digest, Text, Time, Took } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';
import type { RunStoryAnswer } from '../../questions/run/story';
import { Recorded } from './values';

interface Both {
  run: RunAnswer;
  story: RunStoryAnswer;
}

/** The two sections, side by side where there is room. */
export function WhatAndWho(both: Both) {
  return (
    <div class="columns">
      <What {...both} />
      <Who {...both} />
    </div>
  );
}

function What({ run, story }: Both) {
  const { start, stop, took_ms } = run;
  const { temporal } = start;
  const waited_seconds = start.time - temporal.scheduled_time;
  return (
    <Section id="what" title="What">
      <KeyValues
        of={[
          ['Activity', <Filtered name="activity_type" value={temporal.activity_type} />],
          ['Plan', start.plan_name !== undefined && <Filtered name="plan_name" value={start.plan_name} />],
          ['Scan', start.scan_id !== undefined && <Scan run={run} story={story} />],
          ['Purpose', start.purpose !== undefined && <Recorded of={start.purpose as Json} />],
          ['Sample', start.sample !== undefined && <Recorded of={start.sample as Json} />],
          ['Attempt', <AttemptNumber run={run} story={story} />],
          ['Opened', <Time at={start.time} />],
          ['Ended', stop ? <Time at={stop.time} /> : endless(run)],
          ['Took', took_ms !== undefined && <Took ms={took_ms} />],
          [
            'Waited',
            waited_seconds >= 1 && (
              <>
                <Took ms={waited_seconds * 1000} /> from its scheduling
              </>
            ),
          ],
          [
            'Execution',
            temporal.run_id !== undefined && (
              <a href={to.execution(temporal.run_id)}>
                <Text of={temporal.workflow_id ?? temporal.run_id} />
              </a>
            ),
          ],
          ['Run', <Digest of={start.uid} characters={36} />],
        ]}
      />
    </Section>
  );
}

function endless({ status }: RunAnswer): string {
  return status === 'open' ? 'still open' : 'its worker recorded no end';
}

function Scan({ run: { start }, story: { previous, next } }: Both) {
  return (
    <>
      <strong class="number">{start.scan_id}</strong>
      <span class="beside">
        {previous && (
          <a href={to.run(previous.uid)} rel="prev">
            ← {previous.scan_id} <Text of={previous.activity_type} />
          </a>
        )}
        {next && (
          <a href={to.run(next.uid)} rel="next">
            {next.scan_id} <Text of={next.activity_type} /> →
          </a>
        )}
      </span>
    </>
  );
}

function AttemptNumber({ run: { start }, story: { attempt_count } }: Both) {
  const { attempt, is_local, activity_id } = start.temporal;
  const of = attempt_count > 1 ? ` of ${attempt_count} recorded` : '';
  return (
    <>
      {attempt}
      {of}
      {is_local && ', local activity'}{' '}
      <span class="soft">
        (activity id <Text of={activity_id} />)
      </span>
    </>
  );
}

function Filtered({ name, value }: { name: string; value: string }) {
  return (
    <a href={to.runs({ where: `${name} = ${formatLiteral(value)}` })} title={`All runs with this ${name}`}>
      <Text of={value} />
    </a>
  );
}

function Who({ run, story }: Both) {
  const { temporal, provenance, operator } = run.start;
  const { worker } = temporal;
  const { session } = story;
  return (
    <Section id="who" title="Who and where">
      <KeyValues
        of={[
          ['Operator', operatorOf(operator as Json | undefined)],
          ['Host', hostOf(run, story)],
          [
            'Worker',
            <>
              <Text of={worker.identity ?? 'unknown'} />
              {session && <span class="soft"> (pid {session.pid})</span>}
            </>,
          ],
          ['Build', worker.build_id !== undefined && <Build of={worker.build_id} />],
          ['Deployment', worker.deployment !== undefined && <Text of={worker.deployment} />],
          ['Queue', <Filtered name="task_queue" value={temporal.task_queue} />],
          ['Lab', <Text of={provenance.lab} />],
          ['Namespace', temporal.namespace !== 'default' && <Text of={temporal.namespace} />],
          ['Recorded by', provenance.origin !== undefined && ORIGINS[provenance.origin]],
          ['Child of', temporal.parent && <Address {...temporal.parent} />],
          ['Called by', temporal.caller && <Text of={callerText(temporal.caller)} />],
          ['Schedule', temporal.schedule_id !== undefined && <Text of={scheduleText(temporal)} />],
          ['Trace', temporal.trace_id !== undefined && <Text of={temporal.trace_id} />],
        ]}
      />
    </Section>
  );
}

/** The operator, or "not recorded". */
function operatorOf(operator: Json | undefined) {
  if (operator === undefined) return <span class="soft">not recorded</span>;
  if (typeof operator === 'string') return <Filtered name="operator" value={operator} />;
  return <Recorded of={operator} />;
}

function hostOf({ start }: RunAnswer, { session }: RunStoryAnswer) {
  const { host, identity } = start.temporal.worker;
  const user = session?.user === undefined ? '' : `${session.user}@`;
  return <Text of={`${user}${host ?? identity ?? 'unknown'}`} />;
}

function Address({ workflow_id, run_id }: { workflow_id: string; run_id: string }) {
  return (
    <>
      <a href={to.execution(run_id)}>
        <Text of={workflow_id} />
      </a>{' '}
      <span class="soft">({shortUid(run_id)})</span>
    </>
  );
}
