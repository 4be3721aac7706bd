/**
 * Inputs and outputs of an execution as a whole. Node only.
 * @module
 */
import type { DataOfExecution, ExecutionData } from '../../../questions/executions/data';
import { readableName } from '../../../questions/lineage/node-words';
import { to } from '../../links';
import { type Column, Section, Table } from '../../parts/blocks';
import { Digest, Size, Text } from '../../parts/words';

/** Rows of each table. */
const ROWS = 30;

const COLUMNS: readonly Column<ExecutionData>[] = [
  { title: 'Name', lead: true, kind: 'long', cell: (item) => <Name of={item} /> },
  { title: 'Content', cell: ({ sha256 }) => sha256 !== undefined && <Digest of={sha256} /> },
  {
    title: 'Size',
    kind: 'number',
    cell: ({ size_bytes }) => size_bytes !== undefined && <Size bytes={size_bytes} />,
  },
];

/** `<Data data={data} run_id={run_id} />` */
export function Data({ data, run_id }: { data: DataOfExecution; run_id: string }) {
  const { used, used_total, generated, generated_total, truncated } = data;
  const json = to.api(`/executions/${encodeURIComponent(run_id)}/data`);
  const lineage = <a href={to.lineage(`execution:${run_id}`)}>Lineage</a>;
  return (
    <Section id="data" title="Data in and out" aside={lineage}>
      {used_total + generated_total === 0 && (
        <p class="soft">No data of its runs is recorded: its inputs are unknown.</p>
      )}
      <List title="Used, from outside" of={used} total={used_total} json={json} />
      <List title="Generated" of={generated} total={generated_total} json={json} />
      {truncated && <p class="soft">The list is cut: not all of its runs were read.</p>}
    </Section>
  );
}

function List(given: { title: string; of: readonly ExecutionData[]; total: number; json: string }) {
  const { title, of, total, json } = given;
  if (total === 0) return null;
  return (
    <>
      <h3>
        {title} <span class="badge">{total.toLocaleString('en-US')}</span>
      </h3>
      <Table caption={title} columns={COLUMNS} rows={of.slice(0, ROWS)} />
      {of.length > ROWS && (
        <p class="soft">
          The first {ROWS}; more are in <a href={json}>the JSON form</a>.
        </p>
      )}
    </>
  );
}

function Name({ of: { id, names } }: { of: ExecutionData }) {
  const [first = id, ...others] = names;
  return (
    <a href={to.artifact(id.replace(/^artifact:/, ''))} title={names.join('\n')}>
      <Text of={readableName(first)} />
      {others.length > 0 && ` and ${others.length} more`}
    </a>
  );
}
