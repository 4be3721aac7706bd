/**
 * The failure of an execution: the run, its error with causes, host, code and arguments; or the refusals. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import type { FailedRun, Failure, RefusedRun } from '../../../questions/executions/failure';
import { environmentFacts } from '../../../questions/stories/environment-words';
import { counted, shortBuild } from '../../../questions/words';
import { to } from '../../links';
import { KeyValues, Section } from '../../parts/blocks';
import { ErrorChain } from '../../parts/failure';
import { LogLines } from '../../parts/log';
import { Value } from '../../parts/value';
import { Digest, Status, Text, Time, Took } from '../../parts/words';

/** `<FailureOf failure={view.failure} />` */
export function FailureOf({ failure }: { failure: Failure }) {
  const { failed, run, error, in_workflow, refused, refusals } = failure;
  return (
    <Section id="failure" title={failed ? 'What failed' : 'Failed, but the execution went on'}>
      <div class="what-failed">
        {run && <Run of={run} />}
        {!run && error && <ErrorChain of={error} />}
        {in_workflow && <p>The error was thrown in workflow code, or before any activity was recorded.</p>}
        {refused.map((one) => (
          <Refused of={one} />
        ))}
        {refusals > refused.length && (
          <p class="soft">{counted(refusals - refused.length, 'more refusal')} of this execution.</p>
        )}
        {refusals > 0 && (
          <p>
            <a href={to.refusals()}>All refused runs</a> · <a href={to.rules()}>Rules of the labs</a>
          </p>
        )}
      </div>
    </Section>
  );
}

function Run({ of }: { of: FailedRun }) {
  const { run, child } = of;
  const { start, status, took_ms, error } = run;
  return (
    <>
      <p class="culprit">
        <Status of={status} />
        <a href={to.run(start.uid)}>
          <strong>
            <Text of={start.temporal.activity_type} />
          </strong>
        </a>
        {start.scan_id !== undefined && <span>scan {start.scan_id}</span>}
        <code>{shortUid(start.uid)}</code>
        {start.temporal.attempt > 1 && <span>attempt {start.temporal.attempt}</span>}
        {took_ms !== undefined && <Took ms={took_ms} />}
        {child && (
          <span>
            in child{' '}
            <a href={to.execution(child.run_id)}>
              <Text of={child.workflow_id} />
            </a>
          </span>
        )}
      </p>
      {error && <ErrorChain of={error} />}
      <KeyValues of={factsOf(of)} />
    </>
  );
}

function factsOf(of: FailedRun) {
  const { run, environment, given, before, checkpoints, log } = of;
  const { args } = run.start.temporal;
  const code = new Map(
    environment ? environmentFacts(environment).map(({ label, said }) => [label, said]) : [],
  );
  const words = (label: string) => (code.get(label) ?? []).map(({ text }) => text).join(' ');
  const on = [words('runtime'), words('packages')].filter(Boolean).join(' · ');
  return [
    ['Where', <Where of={of} />],
    ['Code', <Code of={of} git={words('git')} />],
    ['Image', words('image') !== '' && <Text of={words('image')} />],
    ['Runtime', on !== '' && <Text of={on} />],
    ['Arguments', args.length === 0 ? 'none' : <Arguments of={args} />],
    ['Results of', given.length > 0 && <Given of={given} />],
    ['Retry of', before && <Before of={before} />],
    [
      'Checkpoints',
      checkpoints > 0 && <a href={to.run(run.start.uid)}>{checkpoints.toLocaleString('en-US')}</a>,
    ],
    ['Log', log.length > 0 && <LastWords of={of} />],
  ] as const;
}

function Where({ of: { run, worker } }: { of: FailedRun }) {
  const { worker: by, task_queue } = run.start.temporal;
  const host = by.host ?? 'unknown host';
  const words = [
    worker?.user ? `${worker.user}@${host}` : host,
    worker ? `pid ${worker.pid}` : '',
    `queue ${task_queue}`,
    by.build_id ? `build ${shortBuild(by.build_id)}` : '',
  ];
  return <Text of={words.filter(Boolean).join(', ')} />;
}

function Code({ of: { run, environment }, git }: { of: FailedRun; git: string }) {
  if (!environment) return <>not captured</>;
  const id = run.start.provenance.environment ?? environment.id;
  return (
    <>
      <Text of={git || 'commit unknown'} />{' '}
      <span class="soft">
        environment{' '}
        <a href={to.environment(id)}>
          <Digest of={id} />
        </a>
      </span>
    </>
  );
}

function Arguments({ of }: { of: FailedRun['run']['start']['temporal']['args'] }) {
  return (
    <ol class="arguments">
      {of.map((one) => (
        <li>
          <Value of={one} />
        </li>
      ))}
    </ol>
  );
}

function Given({ of }: { of: FailedRun['given'] }) {
  return (
    <ul class="inline">
      {of.map(({ uid, activity_type, activity_id, run_id }) => (
        <li>
          <a href={uid ? to.run(uid) : to.execution(run_id)}>
            <Text of={activity_type ?? (activity_id ? `activity ${activity_id}` : 'an execution')} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Before({ of: { count, run } }: { of: NonNullable<FailedRun['before']> }) {
  return (
    <>
      {count > 1 && `${count} attempts, the last `}
      <a href={to.run(run.start.uid)}>
        <code>{shortUid(run.start.uid)}</code>
      </a>{' '}
      <Status of={run.status} />
      {run.error && (
        <>
          : <Text of={`${run.error.type}: ${run.error.message}`} />
        </>
      )}
    </>
  );
}

function LastWords({ of: { log, logged, problems } }: { of: FailedRun }) {
  const count = counted(logged, 'line');
  return (
    <>
      <p>{problems > 0 ? `${count}; warnings and errors:` : `${count}; the last:`}</p>
      <LogLines of={log} />
    </>
  );
}

function Refused({ of: { time, lab, activity_type, issues } }: { of: RefusedRun }) {
  return (
    <div class="refused">
      <p>
        <strong>
          Refused: <Text of={activity_type ?? 'a run'} />
        </strong>{' '}
        <Time at={time} /> by the rules of lab <Text of={lab} />
      </p>
      <ul>
        {issues.map(({ path, message }) => (
          <li>
            <strong>
              <Text of={path.join('.') || 'metadata'} />
            </strong>
            : <Text of={message} />
          </li>
        ))}
      </ul>
    </div>
  );
}
