/**
 * Packages of an environment, with a search. Node only.
 * @module
 */
import type { PackageRow } from '../../../questions/stories/packages';
import { to } from '../../links';
import { type Column, Details, Empty, Section, Table } from '../../parts/blocks';
import { Text } from '../../parts/words';
import type { PackagesAnswer } from '../../questions/code/kept';

const INTEGRITY_CHARACTERS = 20;

const COLUMNS: readonly Column<PackageRow>[] = [
  {
    title: 'Package',
    lead: true,
    cell: ({ type, name }) => (
      <>
        <Text of={name} /> {type !== 'npm' && <span class="soft">{type}</span>}
      </>
    ),
  },
  { title: 'Version', cell: ({ version }) => <Text of={version} /> },
  {
    title: 'Integrity',
    // A short digest: a thousand full digests would be most of the page. The JSON form has them.
    cell: ({ integrity }) =>
      integrity !== undefined && <code class="soft">{integrity.slice(0, INTEGRITY_CHARACTERS)}…</code>,
  },
];

/** The packages, or the reason why there are none. */
export type PackagesShown = PackagesAnswer | { why: string };

/** The section. `search`: the searched text. */
export function Packages({ id, of, search }: { id: string; of: PackagesShown; search: string }) {
  if ('why' in of)
    return (
      <Section id="packages" title="Packages">
        <p class="soft">
          <Text of={of.why} />
        </p>
      </Section>
    );
  const { items, count, all, text } = of;
  if (text !== undefined)
    return (
      <Section id="packages" title="Packages">
        <p class="soft">Only the lock file was kept.</p>
        <Details summary="Lock file">
          <pre>
            <bdi>{text}</bdi>
          </pre>
        </Details>
      </Section>
    );
  return (
    <Section id="packages" title="Packages" count={all}>
      <form
        class="filters"
        method="get"
        action={`${to.environment(id)}#packages`}
        data-filter={search === '' && items.length === all ? 'packages-found' : undefined}
      >
        <div class="field wide">
          <label for="package">Name of a package</label>
          <input id="package" name="package" type="search" value={search} maxlength={200} />
        </div>
        <button type="submit">Search</button>
      </form>
      <p id="packages-count" role="status">
        {count.toLocaleString('en-US')} of {all.toLocaleString('en-US')}
        {items.length < count && `, the first ${items.length.toLocaleString('en-US')} are shown`}
      </p>
      <div id="packages-found">
        {items.length === 0 ? (
          <Empty title={`No package has '${search}' in its name.`}>
            <p>
              <a href={`${to.environment(id)}#packages`}>Show all</a>
            </p>
          </Empty>
        ) : (
          <Table caption="Packages" columns={COLUMNS} rows={items} sortable phone="scroll" />
        )}
      </div>
    </Section>
  );
}
