/**
 * The input data of something, for example the training data of a model. Node only.
 * @module
 */
import type { Lineage, LineageArtifact } from '../../../questions/lineage/lineage-answers';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { type Column, Empty, Table } from '../../parts/blocks';
import { Digest, Size, Text, Time, Toned } from '../../parts/words';

const COLUMNS: readonly Column<LineageArtifact>[] = [
  {
    title: 'Data',
    lead: true,
    kind: 'long',
    cell: ({ label, sha256, artifact_id }) => (
      <a href={to.artifact(sha256 === undefined ? artifact_id : `sha256:${sha256}`)}>
        <Text of={label} />
      </a>
    ),
  },
  { title: 'Type', cell: ({ kind }) => kind },
  {
    title: 'Content',
    cell: ({ sha256, missing }) =>
      sha256 === undefined ? `no digest (${missing ?? 'unknown'})` : <Digest of={`sha256:${sha256}`} />,
  },
  {
    title: 'Size',
    kind: 'number',
    cell: ({ size_bytes }) => size_bytes !== undefined && <Size bytes={size_bytes} />,
  },
  { title: 'First seen', cell: ({ time }) => <Time at={time} relative /> },
  {
    title: 'Origin',
    cell: ({ origin }) => (origin ? <Toned tone="odd">unknown</Toned> : 'a recorded run generated it'),
  },
];

/** The data, one per row. */
export function Beginnings({ found }: { found: Lineage }) {
  const data = found.nodes.filter((node) => node.type === 'artifact');
  if (data.length === 0)
    return (
      <Empty title="No input data is recorded for it.">
        <p>
          Either it has none, or none was captured: capture of data may be off, or a run's inputs may be
          unknown.
        </p>
      </Empty>
    );
  return (
    <>
      <p class="soft">
        {counted(data.length, 'piece', 'pieces')} of data at which what is recorded begins: nothing recorded
        made it, or a run made it that was given nothing recorded; and datasets on the way.
      </p>
      <Table caption="Input data" columns={COLUMNS} rows={data} />
    </>
  );
}
