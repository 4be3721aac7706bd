/**
 * Metadata of the runs of an execution. Node only.
 * @module
 */
import type { SharedField, SharedMetadata } from '../../../questions/executions/metadata';
import { counted } from '../../../questions/words';
import { type Column, Section, Table } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Text } from '../../parts/words';

const COLUMNS: readonly Column<SharedField>[] = [
  { title: 'Field', lead: true, cell: ({ field }) => <Text of={field} /> },
  {
    title: 'Value',
    kind: 'long',
    cell: ({ value, values }) =>
      values === undefined ? <Value of={value} /> : <span class="soft">{values} values</span>,
  },
  { title: 'Source', cell: ({ source }) => source ?? '' },
  {
    title: 'Overrides',
    kind: 'long',
    cell: ({ shadowed }) =>
      shadowed.map(([source, value]) => (
        <div>
          {source} <Value of={value} />
        </div>
      )),
  },
];

/** `<Metadata metadata={view.metadata} />`; empty if its runs have none. */
export function Metadata({ metadata: { fields, compared, activities } }: { metadata: SharedMetadata }) {
  if (fields.length === 0) return null;
  return (
    <Section id="metadata" title="Metadata of its runs">
      <Table caption="Metadata of its runs" columns={COLUMNS} rows={fields} />
      {compared < activities && (
        <p class="soft">Of the first and the last, {counted(compared, 'activity', 'activities')} together.</p>
      )}
    </Section>
  );
}
