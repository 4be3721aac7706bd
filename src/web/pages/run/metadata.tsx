/**
 * The metadata of a run: each field with its source, and the values that it overrides. Node only.
 * @module
 */
import type { SourceName } from '../../../model/documents';
import type { Json } from '../../../model/json';
import type { FieldExplanation, StashOrigin } from '../../../questions/stories/explain';
import { SOURCE_WORDS } from '../../../questions/stories/explain';
import { RUN } from '../../limits';
import { address, to } from '../../links';
import { type Column, Empty, Section, Table } from '../../parts/blocks';
import { Text, Time } from '../../parts/words';
import type { RunStoryAnswer } from '../../questions/run/story';
import { Recorded } from './values';

const COLUMNS: readonly Column<FieldExplanation>[] = [
  {
    title: 'Field',
    lead: true,
    cell: ({ field }) => <Text of={field} />,
  },
  { title: 'Value', kind: 'long', cell: ({ value }) => <Recorded of={value} /> },
  {
    title: 'Source',
    kind: 'long',
    cell: (field) => (
      <div>
        <Source of={field} />
      </div>
    ),
  },
  { title: 'Overrides', kind: 'long', cell: (field) => <Overruled of={field} /> },
];

/** The section. `field`: the searched text. */
export function Metadata({ story, field }: { story: RunStoryAnswer; field: string }) {
  const { uid, fields, field_count } = story;
  const more = field_count - fields.length;
  return (
    <Section id="metadata" title="Metadata" count={field_count} aside={<a href={address(`/stash`)}>Stash</a>}>
      {(field !== '' || field_count > RUN.fields) && <Search uid={uid} field={field} />}
      {fields.length === 0 ? (
        <Empty title={field === '' ? 'No metadata was recorded.' : `No field has '${field}' in its name.`} />
      ) : (
        <Table caption="Metadata" columns={COLUMNS} rows={fields} />
      )}
      {more > 0 && (
        <p>
          <a href={address(to.run(uid), { field, fields: RUN.most_fields })}>
            Show {Math.min(field_count, RUN.most_fields).toLocaleString('en-US')} of{' '}
            {field_count.toLocaleString('en-US')} fields
          </a>
        </p>
      )}
    </Section>
  );
}

function Search({ uid, field }: { uid: string; field: string }) {
  return (
    <form class="filters" method="get" action={`${to.run(uid)}#metadata`}>
      <div class="field">
        <label for="field">Name of a field</label>
        <input id="field" name="field" type="search" value={field} maxlength={200} />
      </div>
      <button type="submit">Search</button>
    </form>
  );
}

function Source({ of: { source, because, stash } }: { of: FieldExplanation }) {
  if (because !== undefined) return <Text of={because} />;
  return (
    <>
      <span class="source">{source ?? '?'}</span>{' '}
      <span class="soft">
        {source ? SOURCE_WORDS[source] : 'source not recorded'}
        {source === 'stash' && stash && <Change of={stash} />}
      </span>
    </>
  );
}

function Change({ of: { op, time, version, author } }: { of: StashOrigin }) {
  return (
    <>
      {op === 'init' ? ', initial value, set ' : ', set '}
      <Time at={time} /> by <Text of={`${author.name}@${author.host}`} />, version {version}
    </>
  );
}

function Overruled({ of: { shadowed, stash } }: { of: FieldExplanation }) {
  const lost = Object.entries(shadowed ?? {}) as [SourceName, Json][];
  if (lost.length === 0) return null;
  return (
    <div>
      {lost.map(([source, value]) => (
        <div class="overruled">
          <span class="source">{source}</span> <Recorded of={value} />
          {source === 'stash' && stash && (
            <span class="soft">
              <Change of={stash} />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
