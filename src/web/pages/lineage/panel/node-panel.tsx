/**
 * The panel of a selected box: a run, data, an execution, or several nodes combined. Node only.
 * @module
 */
import { shortUid } from '../../../../model/ids';
import type {
  LineageArtifact,
  LineageExecution,
  LineageRun,
} from '../../../../questions/lineage/lineage-answers';
import type { LineageMap } from '../../../../questions/lineage/map/map';
import { readableName } from '../../../../questions/lineage/node-words';
import type { RunView } from '../../../../questions/lists/runs';
import { to } from '../../../links';
import { KeyValues } from '../../../parts/blocks';
import { Digest, Size, Status, Text, Time, Toned, Took } from '../../../parts/words';
import type { Addresses } from '../address';
import { manyText } from '../drawing/names';
import { Actions } from './actions';
import { Links } from './links';
import { Members } from './members';

/** The nodes of a box. */
export function NodePanel(given: {
  chosen: NonNullable<LineageMap['chosen']>;
  run?: RunView;
  map: LineageMap;
  addresses: Addresses;
}) {
  const { chosen, run, map, addresses } = given;
  const { box } = chosen;
  const many = box.count > 1 && box.kind !== 'attempts';
  return (
    <>
      <h2>{many ? `${manyText(box)}, drawn as one` : <Text of={headingOf(chosen)} />}</h2>
      {many ? <Members chosen={chosen} addresses={addresses} /> : <One chosen={chosen} run={run} />}
      <Actions box={box} addresses={addresses} />
      <Links map={map} box={box} addresses={addresses} />
    </>
  );
}

function headingOf({ box: { node } }: NonNullable<LineageMap['chosen']>): string {
  return node.type === 'run' ? (node.activity_type ?? 'removed run') : node.label;
}

function One({ chosen, run }: { chosen: NonNullable<LineageMap['chosen']>; run?: RunView }) {
  const { node, count, kind } = chosen.box;
  switch (node.type) {
    case 'run':
      return <OneRun node={node} run={run} attempts={kind === 'attempts' ? count : 1} />;
    case 'artifact':
      return <OneArtifact node={node} />;
    case 'execution':
      return <OneExecution node={node} />;
  }
}

function OneRun({ node, run, attempts }: { node: LineageRun; run?: RunView; attempts: number }) {
  const { uid, scan_id, time, status = 'open', removed, workflow_id, run_id, took_ms } = node;
  if (removed !== undefined)
    return (
      <KeyValues
        of={[
          ['Removed', <Text of={removed} />],
          ['Run', uid === '' ? 'unknown' : <Digest of={uid} />],
        ]}
      />
    );
  const operator = run?.start.operator;
  const environment = run?.start.provenance.environment;
  const took = run?.took_ms ?? took_ms;
  return (
    <KeyValues
      of={[
        ['Status', <Status of={status} />],
        ['Run', <a href={to.run(uid)}>{scan_id === undefined ? shortUid(uid) : `scan ${scan_id}`}</a>],
        ['Attempts', attempts > 1 && `${attempts}, this is the last`],
        ['Opened', time !== undefined && <Time at={time} />],
        ['Took', took !== undefined && <Took ms={took} />],
        ['Operator', typeof operator === 'string' && <Text of={operator} />],
        [
          'Execution',
          run_id !== undefined && (
            <a href={to.execution(run_id)}>
              <Text of={workflow_id ?? run_id} />
            </a>
          ),
        ],
        [
          'Code',
          environment !== undefined && (
            <a href={to.environment(environment)}>
              <Digest of={environment} />
            </a>
          ),
        ],
        ['Error', run?.error && <Text of={run.error.message ?? run.error.type ?? ''} />],
      ]}
    />
  );
}

function OneArtifact({ node }: { node: LineageArtifact }) {
  const { names, kind, sha256, size_bytes, media_type, missing, time, origin, artifact_id } = node;
  return (
    <KeyValues
      of={[
        [
          'Data',
          <a href={to.artifact(sha256 === undefined ? artifact_id : `sha256:${sha256}`)}>
            {kind}, with all versions
          </a>,
        ],
        [
          'Names',
          <ul class="plain">
            {names.slice(0, 5).map((name) => (
              <li>
                <Text of={readableName(name)} />
              </li>
            ))}
          </ul>,
        ],
        [
          'Content',
          sha256 === undefined ? `no digest (${missing ?? 'unknown'})` : <Digest of={`sha256:${sha256}`} />,
        ],
        ['Size', size_bytes !== undefined && <Size bytes={size_bytes} />],
        ['Media type', media_type !== undefined && <Text of={media_type} />],
        ['First seen', <Time at={time} />],
        ['Origin', origin && <Toned tone="odd">unknown: no recorded run generated it</Toned>],
      ]}
    />
  );
}

function OneExecution({ node }: { node: LineageExecution }) {
  const { run_id, workflow_id, workflow_type, status = 'open', time } = node;
  return (
    <KeyValues
      of={[
        ['Status', <Status of={status} />],
        [
          'Execution',
          <a href={to.execution(run_id)}>
            <Text of={workflow_id} />
          </a>,
        ],
        ['Workflow', workflow_type !== undefined && <Text of={workflow_type} />],
        ['Started', time !== undefined && <Time at={time} />],
      ]}
    />
  );
}
