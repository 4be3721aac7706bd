/**
 * Inputs and outputs of a run, and the results of other activities that it received. Node only.
 * @module
 */

import { shortUid } from '../../../model/ids';
import type {
  DataRun,
  GivenValue,
  RunData,
  RunDataItem,
  UsedData,
} from '../../../questions/lineage/data-answers';
import { readableName } from '../../../questions/lineage/node-words';
import { counted } from '../../../questions/words';
import { RUN } from '../../limits';
import { to } from '../../links';
import { type Column, Section, Table } from '../../parts/blocks';
import { Digest, Size, Status, Text } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';

/** The section. */
export function Data({ run }: { run: RunAnswer }) {
  const { data, start } = run;
  return (
    <Section id="data" title="Data in and out" aside={<a href={to.lineage(`run:${start.uid}`)}>Lineage</a>}>
      {data ? <Known data={data} run={run} /> : <Unknown run={run} />}
    </Section>
  );
}

function Unknown({ run }: { run: RunAnswer }) {
  return (
    <p class="soft">
      {run.status === 'open'
        ? 'No data is recorded yet: it is recorded when the run ends.'
        : 'No data is recorded: its inputs are unknown.'}
    </p>
  );
}

function Known({ data, run }: { data: RunData; run: RunAnswer }) {
  const json = to.api(`/runs/${run.start.uid}`);
  return (
    <>
      {(data.used.length === 0 || data.inputs !== 'known') && <p>Inputs: {inputsText(data)}</p>}
      <List title="Used" of={data.used} columns={USED} json={json} />
      <List title="Generated" of={data.generated} columns={ITEM} json={json} />
      <List title="Results of other runs" of={data.given} columns={GIVEN} json={json} />
      {data.behind !== undefined && (
        <p class="meant odd">{counted(data.behind, 'record is', 'records are')} not linked yet.</p>
      )}
    </>
  );
}

function inputsText({ inputs, used, reasons = [] }: RunData): string {
  if (inputs === 'none') return 'none.';
  if (inputs === 'known') return used.length === 0 ? 'no data.' : 'known.';
  const why = reasons.length > 0 ? ` (${reasons.join(', ').replaceAll('_', ' ')})` : '';
  return `not all are known${why}.`;
}

function List<Row>(given: {
  title: string;
  of: readonly Row[];
  columns: readonly Column<Row>[];
  json: string;
}) {
  const { title, of, columns, json } = given;
  if (of.length === 0) return null;
  return (
    <>
      <h3>
        {title} <span class="badge">{of.length.toLocaleString('en-US')}</span>
      </h3>
      <Table caption={title} columns={columns} rows={of.slice(0, RUN.data)} />
      {of.length > RUN.data && (
        <p class="soft">
          {(of.length - RUN.data).toLocaleString('en-US')} more are in <a href={json}>the JSON form</a>.
        </p>
      )}
    </>
  );
}

const ITEM: readonly Column<RunDataItem>[] = [
  {
    title: 'Name',
    lead: true,
    kind: 'long',
    cell: (item) => (
      <span>
        <Name of={item} />
      </span>
    ),
  },
  {
    title: 'Content',
    cell: (item) => (
      <span>
        <Content of={item} />
      </span>
    ),
  },
  {
    title: 'Size',
    kind: 'number',
    cell: ({ size_bytes }) => size_bytes !== undefined && <Size bytes={size_bytes} />,
  },
  {
    title: 'Path',
    kind: 'long',
    cell: ({ paths = [] }) => (
      <span>
        <Paths of={paths} />
      </span>
    ),
  },
  { title: 'Evidence', cell: ({ evidence }) => evidence },
];

const USED: readonly Column<UsedData>[] = [
  ...ITEM,
  {
    title: 'Comes from',
    kind: 'long',
    cell: ({ generated_by }) => (
      <span>
        <Origin of={generated_by} />
      </span>
    ),
  },
];

const GIVEN: readonly Column<GivenValue>[] = [
  { title: 'Result of', lead: true, kind: 'long', cell: (given) => <Giver of={given} /> },
  {
    title: 'From',
    kind: 'long',
    cell: ({ paths = [] }) => (
      <span>
        <Paths of={paths.flatMap((path) => path.from_path ?? [])} />
      </span>
    ),
  },
  {
    title: 'To',
    kind: 'long',
    cell: ({ paths = [] }) => (
      <span>
        <Paths of={paths.flatMap((path) => path.to_path ?? [])} />
      </span>
    ),
  },
  { title: 'Evidence', cell: ({ evidence }) => evidence },
];

function Name({ of: { names, id, kind } }: { of: RunDataItem }) {
  const [first = id] = names;
  return (
    <>
      <a href={to.artifact(first)} title={names.join('\n')}>
        <Text of={readableName(first)} />
      </a>
      {kind !== 'file' && <span class="soft"> {kind}</span>}
      {names.length > 1 && <span class="soft"> and {counted(names.length - 1, 'other name')}</span>}
    </>
  );
}

function Content({ of: { sha256, missing } }: { of: RunDataItem }) {
  if (sha256 === undefined)
    return <span class="meant odd">no digest{missing ? ` (${missing.replaceAll('_', ' ')})` : ''}</span>;
  return (
    <a href={to.artifact(`sha256:${sha256}`)} title="Show this content">
      <Digest of={`sha256:${sha256}`} />
    </a>
  );
}

function Paths({ of }: { of: readonly string[] }) {
  const [first, ...more] = [...new Set(of)];
  if (first === undefined) return null;
  return (
    <>
      <code>
        <bdi>{first}</bdi>
      </code>
      {more.length > 0 && (
        <span class="soft" title={more.slice(0, 20).join('\n')}>
          {' '}
          and {counted(more.length, 'more path')}
        </span>
      )}
    </>
  );
}

function Origin({ of: [first, ...others] }: { of: readonly DataRun[] }) {
  if (!first) return <span class="meant odd">origin unknown</span>;
  return (
    <>
      <Maker of={first} />
      {others.length > 0 && <span class="soft">, or {counted(others.length, 'other')}</span>}
    </>
  );
}

function Maker({ of: { uid, scan_id, activity_type, status, removed } }: { of: DataRun }) {
  const name = scan_id === undefined ? shortUid(uid) : `scan ${scan_id}`;
  return (
    <>
      <a href={to.run(uid)}>
        <Text of={activity_type ?? 'a run'} /> {name}
      </a>{' '}
      {status !== undefined && <Status of={status} />}
      {removed !== undefined && <span class="soft">removed</span>}
    </>
  );
}

function Giver({ of: { id, label } }: { of: GivenValue }) {
  const [, kind, name = ''] = /^(run|execution):(.*)$/s.exec(id) ?? [];
  return (
    <a href={kind === 'execution' ? to.execution(name) : to.run(name)}>
      <Text of={label} />
    </a>
  );
}
