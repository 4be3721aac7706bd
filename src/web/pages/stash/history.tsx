/**
 * Changes of a stash, the newest first. Node only.
 * @module
 */
import { to } from '../../links';
import { type Column, Empty, Parts, Section, Table } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Chip, Text, Time } from '../../parts/words';
import type { StashEntry } from '../../questions/stash-history';

const COLUMNS: readonly Column<StashEntry>[] = [
  { title: 'Version', kind: 'number', cell: ({ version }) => version },
  { title: 'Time', cell: ({ time }) => <Time at={time} /> },
  { title: 'Change', cell: ({ op }) => op },
  {
    title: 'Key',
    lead: true,
    cell: ({ key }) =>
      key !== undefined && (
        <a href={`${to.stash({ key })}#history`}>
          <Text of={key} />
        </a>
      ),
  },
  { title: 'Value', kind: 'long', cell: ({ value }) => value !== undefined && <Value of={value} /> },
  { title: 'By', cell: ({ author }) => <Text of={`${author.name}@${author.host}`} /> },
  {
    title: 'Stash at that time',
    cell: ({ time }) => <a href={to.stash({ at: new Date(time * 1000 + 1).toISOString() })}>as of then</a>,
  },
];

/** `<History items={changes} next={next} shown={{ key }} />` */
export function History(given: {
  items: readonly StashEntry[];
  next?: string;
  shown: { key?: string; at?: string; after?: number };
}) {
  const { items, next, shown } = given;
  const { key, after } = shown;
  return (
    <Section id="history" title="History">
      {key !== undefined && (
        <p>
          Only{' '}
          <Chip>
            <Text of={key} />
          </Chip>{' '}
          and what cleared all keys.{' '}
          <a href={`${to.stash({ ...shown, key: undefined })}#history`}>All keys</a>
        </p>
      )}
      {items.length > 0 ? (
        <Table caption="Changes of the stash" columns={COLUMNS} rows={items} />
      ) : (
        <Empty
          title={key === undefined ? 'The stash has never had a value.' : 'The stash has never had this key.'}
        />
      )}
      <Parts
        first={after === undefined ? undefined : `${to.stash({ ...shown, after: undefined })}#history`}
        next={next && `${to.stash({ ...shown, after: next })}#history`}
      />
    </Section>
  );
}
