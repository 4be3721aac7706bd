/**
 * The size of the store on its disk: measured only on request, because that reads the whole store. Node only.
 * @module
 */
import { to } from '../../links';
import { type Column, Figures, Table } from '../../parts/blocks';
import { Sentence, Size } from '../../parts/words';
import type { SizesAnswer } from '../../questions/health';

type TableRow = SizesAnswer['tables'][number] & { share: number };

const COLUMNS: readonly Column<TableRow>[] = [
  { title: 'Table', lead: true, cell: ({ name }) => <code>{name}</code> },
  {
    title: 'Size',
    kind: 'number',
    sort: ({ size_bytes }) => size_bytes,
    cell: ({ size_bytes }) => <Size bytes={size_bytes} />,
  },
  {
    title: 'Share',
    kind: 'number',
    sort: ({ share }) => share,
    cell: ({ share }) => (
      <>
        <meter min={0} max={100} value={share} aria-hidden="true" /> {Math.round(share)} %
      </>
    ),
  },
];

/** `<Sizes found={sizes} />` */
export function Sizes({ found }: { found: SizesAnswer }) {
  const { tables, size_bytes, runs, bytes_per_run, growth } = found;
  const rows = tables.map((one) => ({ ...one, share: (100 * one.size_bytes) / Math.max(1, size_bytes) }));
  return (
    <>
      <Figures
        of={[
          ['total', <Size bytes={size_bytes} />],
          ['runs', runs],
          ...(bytes_per_run === undefined ? [] : [['a run', <Size bytes={bytes_per_run} />] as const]),
        ]}
      />
      <p>
        <Sentence of={growth} />
      </p>
      <Table caption="Tables by size" columns={COLUMNS} rows={rows} sortable narrow phone="scroll" />
    </>
  );
}

/** The link to the measurement. */
export function SizesOnDemand() {
  return (
    <p>
      What the store takes is not looked at unasked: that reads all of it.{' '}
      <a href={`${to.health({ sizes: true })}#sizes`}>Measure now</a>
    </p>
  );
}
