/**
 * The page of a removed run: when, by whom and why it was removed. Node only.
 * @module
 */
import type { Removal } from '../../../questions/stories/related-runs';
import { to } from '../../links';
import { Empty, KeyValues } from '../../parts/blocks';
import { Digest, Text, Time } from '../../parts/words';
import type { Shown } from '../page';

/** The page of a removed run. */
export function removedPage(uid: string, removal: Removal): Shown {
  const { time, author, reason, document_time } = removal;
  return {
    title: 'Removed run',
    section: 'runs',
    status: 410,
    json: to.api(`/runs/${uid}/removed`),
    body: (
      <Empty title="This run was removed from the store on purpose.">
        <KeyValues
          of={[
            ['Run', <Digest of={uid} characters={36} />],
            ['Opened', document_time !== undefined && <Time at={document_time} />],
            ['Removed', <Time at={time} />],
            ['By', <Text of={`${author.name}@${author.host}`} />],
            ['Why', <Text of={reason} />],
          ]}
        />
        <p>
          Its links to other runs are kept: <a href={to.lineage(`run:${uid}`)}>lineage</a>.
        </p>
      </Empty>
    ),
  };
}
