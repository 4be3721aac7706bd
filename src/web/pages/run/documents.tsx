/**
 * The ids of a run, its link to Temporal's Web UI, and its recorded documents. Node only.
 * @module
 */

import { RUN } from '../../limits';
import { to } from '../../links';
import { Details, KeyValues, Section } from '../../parts/blocks';
import { Digest, Text } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';
import type { Visit } from '../page';

/** The section. */
export function Documents({ run, visit }: { run: RunAnswer; visit: Visit }) {
  const { start } = run;
  const { temporal, provenance } = start;
  return (
    <Section id="documents" title="Names and documents">
      <KeyValues
        of={[
          ['Run', <Digest of={start.uid} characters={36} />],
          ['Workflow type', temporal.workflow_type !== undefined && <Text of={temporal.workflow_type} />],
          ['Workflow id', temporal.workflow_id !== undefined && <Text of={temporal.workflow_id} />],
          [
            'Temporal run id',
            temporal.run_id !== undefined && <Digest of={temporal.run_id} characters={36} />,
          ],
          ['Activity id', <Text of={temporal.activity_id} />],
          [
            'Activity run id',
            temporal.activity_run_id !== undefined && (
              <Digest of={temporal.activity_run_id} characters={36} />
            ),
          ],
          ['Temporal Web', <TemporalWeb run={run} base={visit.temporal_ui} />],
          [
            'Stored as',
            provenance.storage && `state ${provenance.storage.state_id} of ${provenance.storage.storage_id}`,
          ],
        ]}
      />
      {(['start', 'stop', 'settled', 'data'] as const).map((name) => (
        <Document name={name} of={run[name]} uid={start.uid} />
      ))}
    </Section>
  );
}

function TemporalWeb({ run: { start }, base }: { run: RunAnswer; base?: string }) {
  const { namespace, workflow_id, run_id } = start.temporal;
  if (workflow_id === undefined || run_id === undefined) return <>a standalone activity has no page there</>;
  if (base === undefined)
    return (
      <span class="soft">
        its address is unknown: start with <code>serve --temporal-ui URL</code> to get links
      </span>
    );
  return (
    <a href={to.temporal(base, { namespace, workflow_id, run_id })} rel="noreferrer">
      This execution in Temporal's Web UI
    </a>
  );
}

function Document({ name, of, uid }: { name: string; of: unknown; uid: string }) {
  if (of === undefined || of === null)
    return (
      <p class="soft">
        No <code>{name}</code> document.
      </p>
    );
  const text = JSON.stringify(of, null, 2);
  const cut = text.length > RUN.document_characters;
  return (
    <Details
      summary={
        <>
          <code>{name}</code> <span class="soft">{text.length.toLocaleString('en-US')} characters</span>
        </>
      }
    >
      <pre class="document">
        <bdi>{cut ? text.slice(0, RUN.document_characters) : text}</bdi>
      </pre>
      {cut && (
        <p>
          The rest is in <a href={to.api(`/runs/${uid}`)}>the JSON form</a>.
        </p>
      )}
    </Details>
  );
}
