/**
 * The values of a stash. Node only.
 * @module
 */
import { to } from '../../links';
import { type Column, Empty, Table } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Sentence, Text, Time } from '../../parts/words';
import type { StashAnswer } from '../../questions/stash';

type Held = StashAnswer['values'][number];

const COLUMNS: readonly Column<Held>[] = [
  {
    title: 'Key',
    lead: true,
    cell: ({ key }) => (
      <a href={`${to.stash({ key })}#history`}>
        <Text of={key} />
      </a>
    ),
  },
  { title: 'Value', kind: 'long', cell: ({ value }) => <Value of={value} /> },
  {
    title: 'Set by',
    cell: ({ author }) => (author ? <Text of={`${author.name}@${author.host}`} /> : 'unknown'),
  },
  {
    title: 'Since',
    cell: ({ since }) => (since === undefined ? 'unknown' : <Time at={since} relative />),
  },
  { title: 'Version', kind: 'number', cell: ({ version }) => version },
];

/** `<Values held={stash} />` */
export function Values({ held: { lab, at, values, elsewhere } }: { held: StashAnswer }) {
  if (values.length > 0)
    return <Table caption={`Stash of lab ${lab}`} columns={COLUMNS} rows={values} sortable />;
  return (
    <Empty title={at === undefined ? 'The stash is empty.' : 'The stash was empty.'}>
      <p>
        {elsewhere === undefined ? (
          'Use it for values that stay the same until they are changed: the operator on shift, the sample on the stage.'
        ) : (
          <>
            But <Sentence of={elsewhere} />.
          </>
        )}
      </p>
    </Empty>
  );
}
