/**
 * Lineage as tables of nodes and links, with sorting and pages. It is the accessible form of the drawing, and the answer if there
 * is too much to draw. Node only.
 * @module
 */
import type { LinkRow, NodeRow } from '../../../questions/lineage/map/table';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { type Column, Empty, Parts, Table } from '../../parts/blocks';
import { Digest, Size, Status, Text, Time, Toned, Took } from '../../parts/words';
import type { TablePart } from '../../questions/lineage-tables';
import type { Addresses } from './address';

/** A column, and its sort key. */
type Sorted<Row> = Column<Row> & { by?: string };

const NODE_COLUMNS = (addresses: Addresses): Sorted<NodeRow>[] => [
  {
    title: 'Name',
    by: 'label',
    lead: true,
    kind: 'long',
    cell: (row) => (
      <a href={addresses.about(row.id)}>
        <Text of={row.label} />
      </a>
    ),
  },
  { title: 'Kind', by: 'type', cell: ({ type }) => (type === 'artifact' ? 'data' : type) },
  { title: 'Status', by: 'state', cell: stateCell },
  { title: 'Distance', by: 'depth', kind: 'number', cell: ({ depth }) => depth },
  {
    title: 'Links before',
    by: 'links_up',
    kind: 'number',
    cell: ({ links_up, more_up }) => `${more_up?.at_least ? '≥ ' : ''}${links_up.toLocaleString('en-US')}`,
  },
  {
    title: 'Links after',
    by: 'links_down',
    kind: 'number',
    cell: ({ links_down, more_down }) =>
      `${more_down?.at_least ? '≥ ' : ''}${links_down.toLocaleString('en-US')}`,
  },
  { title: 'Time', by: 'time', cell: ({ time }) => time !== undefined && <Time at={time} relative /> },
  {
    title: 'Took',
    by: 'took_ms',
    kind: 'number',
    cell: (row) => row.type === 'run' && row.took_ms !== undefined && <Took ms={row.took_ms} />,
  },
  {
    title: 'Size',
    by: 'size_bytes',
    kind: 'number',
    cell: (row) => row.type === 'artifact' && row.size_bytes !== undefined && <Size bytes={row.size_bytes} />,
  },
  {
    title: 'Page',
    cell: (row) => (
      <a href={pageOf(row)}>
        {row.type === 'artifact' && row.sha256 ? <Digest of={row.sha256} characters={8} /> : 'open'}
      </a>
    ),
  },
];

const LINK_COLUMNS = (addresses: Addresses): Sorted<LinkRow>[] => [
  {
    title: 'From',
    by: 'from_label',
    lead: true,
    kind: 'long',
    cell: ({ from, from_label }) => (
      <a href={addresses.about(from)}>
        <Text of={from_label} />
      </a>
    ),
  },
  {
    title: 'To',
    by: 'to_label',
    kind: 'long',
    cell: (row) => (
      <a href={addresses.about(row.to)}>
        <Text of={row.to_label} />
      </a>
    ),
  },
  { title: 'Kind', by: 'kind', cell: ({ kind }) => kind },
  {
    title: 'Evidence',
    by: 'evidence',
    cell: ({ evidence, ambiguous }) =>
      ambiguous ? <Toned tone="odd">{evidence}, not followed</Toned> : evidence,
  },
  { title: 'Distance', by: 'depth', kind: 'number', cell: ({ depth }) => depth },
  {
    title: 'Evidence paths',
    cell: ({ from, to }) => <a href={`${addresses.line(from, to).replace('as=table', 'as=map')}`}>paths</a>,
  },
];

function stateCell({ type, state }: NodeRow) {
  if (state === undefined) return undefined;
  return type === 'artifact' || state === 'removed' ? (
    <Toned tone="odd">{state}</Toned>
  ) : (
    <Status of={state} />
  );
}

function pageOf(row: NodeRow): string {
  if (row.type === 'run') return to.run(row.uid);
  if (row.type === 'execution') return to.execution(row.run_id);
  return to.artifact(row.sha256 === undefined ? row.artifact_id : `sha256:${row.sha256}`);
}

/** The rows of the table of nodes or of links. */
export type Rows = { of: 'nodes'; part: TablePart<NodeRow> } | { of: 'links'; part: TablePart<LinkRow> };

/** The table with its search, sorting and pages. */
export function Tables({ rows, addresses }: { rows: Rows; addresses: Addresses }) {
  const { input } = addresses;
  const { count, next } = rows.part;
  const noun = rows.of === 'nodes' ? 'node' : 'link';
  return (
    <>
      <nav class="choice" aria-label="Rows">
        <a
          href={addresses.with({ of: 'nodes', sort: 'depth' })}
          aria-current={rows.of === 'nodes' ? 'true' : undefined}
        >
          Nodes
        </a>
        <a
          href={addresses.with({ of: 'links', sort: 'depth' })}
          aria-current={rows.of === 'links' ? 'true' : undefined}
        >
          Links
        </a>
      </nav>
      <Search addresses={addresses} />
      <p class="soft small">{counted(count, noun)}</p>
      {count === 0 && <Empty title={`No ${noun} has this text.`} />}
      {rows.of === 'nodes' && count > 0 && (
        <Table
          caption="Nodes"
          columns={sortable(NODE_COLUMNS(addresses), addresses)}
          rows={rows.part.items}
        />
      )}
      {rows.of === 'links' && count > 0 && (
        <Table
          caption="Links"
          columns={sortable(LINK_COLUMNS(addresses), addresses)}
          rows={rows.part.items}
        />
      )}
      <Parts
        first={input.after && addresses.with({ find: input.find })}
        next={next && addresses.with({ find: input.find, after: next })}
      />
    </>
  );
}

function Search({ addresses }: { addresses: Addresses }) {
  return (
    <form class="filters" method="get" action="/lineage">
      {addresses.fields().map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <div class="field">
        <label for="rows-find">Only with this text</label>
        <input id="rows-find" type="search" name="find" value={addresses.input.find ?? ''} />
      </div>
      <button type="submit">Search</button>
    </form>
  );
}

/** Turns titles into links that sort. */
function sortable<Row>(columns: readonly Sorted<Row>[], addresses: Addresses): Column<Row>[] {
  const { sort, find } = addresses.input;
  return columns.map(({ by, ...column }) => {
    if (by === undefined) return column;
    const sorted = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : undefined;
    const href = addresses.with({ sort: sorted === 'ascending' ? `-${by}` : by, find });
    return { ...column, order: { href, ...(sorted && { sorted }) } };
  });
}
