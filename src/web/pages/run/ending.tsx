/**
 * The end of a run: error, attempts, evidence, late reports, removed parts. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import type { Attempt } from '../../../questions/stories/run-details';
import { to } from '../../links';
import { type Column, Details, KeyValues, Notice, Section, Table } from '../../parts/blocks';
import { ErrorChain } from '../../parts/failure';
import { Words } from '../../parts/said';
import { Value } from '../../parts/value';
import { Digest, Status, Text, Time, Took } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';
import type { RunStoryAnswer } from '../../questions/run/story';

interface Both {
  run: RunAnswer;
  story: RunStoryAnswer;
}

/** The section. */
export function Ending({ run, story }: Both) {
  const { stop, settled, error, status } = run;
  return (
    <Section id="end" title="How it ended">
      <KeyValues
        of={[
          ['Status', <Status of={status} />],
          ['Outcome', story.ended === undefined ? openText(run) : <Text of={story.ended} />],
          ['Reason', !error && stop?.reason !== undefined && <Text of={stop.reason} />],
          ...story.late.map((line) => ['Late report', <Text of={line} />] as const),
        ]}
      />
      {error && <ErrorChain of={error} />}
      {error && <FailedCode story={story} />}
      <Judgement run={run} />
      <Removed story={story} />
      <Attempts run={run} story={story} />
      {settled && Object.keys(settled.evidence).length > 0 && (
        <Details summary="Evidence of Temporal's outcome">
          <p>
            Settled <Time at={settled.time} />
          </p>
          <Value of={settled.evidence} />
        </Details>
      )}
    </Section>
  );
}

function openText({ status, start }: RunAnswer): string {
  if (status === 'async') return 'its code returned; it completes asynchronously';
  if (start.provenance.origin) return 'no end is recorded';
  return 'it is running, or its worker was killed; reconcile asks the server';
}

/** The failed code in one line; the section on code has more. */
function FailedCode({ story: { code } }: { story: RunStoryAnswer }) {
  const git = code?.facts.find(({ label }) => label === 'git');
  return (
    <p class="failed-code">
      <span class="soft">Code: </span>
      {git ? <Words of={git.said} /> : 'commit unknown'}{' '}
      {code && (
        <a href={to.environment(code.id)}>
          environment <Digest of={code.id} />
        </a>
      )}
    </p>
  );
}

function Judgement({ run: { start } }: { run: RunAnswer }) {
  const { issues = [], unvalidated } = start.provenance;
  if (issues.length === 0 && unvalidated === undefined) return null;
  return (
    <Notice
      tone="odd"
      title={
        issues.length > 0 ? 'Its metadata breaks the rules of its lab.' : 'Its metadata was not validated.'
      }
    >
      <ul>
        {issues.map(({ path, message }) => (
          <li>
            <code>
              <Text of={path.join('.') || 'metadata'} />
            </code>
            : <Text of={message} />
          </li>
        ))}
        {unvalidated !== undefined && (
          <li>
            <Text of={unvalidated} />
          </li>
        )}
      </ul>
    </Notice>
  );
}

/** The parts that were removed from this run. */
function Removed({ story: { removed } }: { story: RunStoryAnswer }) {
  if (removed.length === 0) return null;
  return (
    <Notice tone="odd" title="A part of this record was removed on purpose.">
      <ul>
        {removed.map(({ what, time, author, reason }) => (
          <li>
            <Text of={what} />, <Time at={time} /> by <Text of={`${author.name}@${author.host}`} />:{' '}
            <Text of={reason} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Attempts({ run, story: { attempts, attempt_count } }: Both) {
  if (attempt_count < 2) return null;
  return (
    <>
      <h3>Attempts</h3>
      {attempt_count > attempts.length && (
        <p class="soft">
          The last {attempts.length} of {attempt_count.toLocaleString('en-US')}.
        </p>
      )}
      <Table caption="Attempts of this activity" columns={columnsOf(run.start.uid)} rows={attempts} />
    </>
  );
}

function columnsOf(own: string): readonly Column<Attempt>[] {
  return [
    { title: 'Attempt', kind: 'number', cell: ({ attempt }) => attempt },
    { title: 'Scan', kind: 'number', cell: ({ scan_id }) => scan_id },
    {
      title: 'Run',
      lead: true,
      cell: ({ uid }) =>
        uid === own ? (
          <span aria-current="page">
            <code>{shortUid(uid)}</code> this run
          </span>
        ) : (
          <a href={to.run(uid)}>
            <code>{shortUid(uid)}</code>
          </a>
        ),
    },
    { title: 'Status', cell: ({ status }) => <Status of={status} /> },
    { title: 'Opened', cell: ({ time }) => <Time at={time} /> },
    { title: 'Took', kind: 'number', cell: ({ took_ms }) => took_ms !== undefined && <Took ms={took_ms} /> },
    { title: 'Error', kind: 'long', cell: ({ error }) => error !== undefined && <Text of={error} /> },
    {
      title: 'Compare',
      cell: ({ uid }) => uid !== own && <a href={to.diff(uid, own)}>with this</a>,
    },
  ];
}
