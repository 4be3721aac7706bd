/**
 * The nodes of a combined box: statuses, durations, and a searchable list. Node only.
 * @module
 */

import type { LineageNode } from '../../../../questions/lineage/lineage-answers';
import type { LineageMap } from '../../../../questions/lineage/map/map';
import { KeyValues } from '../../../parts/blocks';
import { Status, Text, Toned, tookText } from '../../../parts/words';
import type { Addresses } from '../address';

/** The nodes of a selected box. */
export function Members({
  chosen,
  addresses,
}: {
  chosen: NonNullable<LineageMap['chosen']>;
  addresses: Addresses;
}) {
  const { box, members, count } = chosen;
  const { quartiles_ms, states, id } = box;
  const { find = '', node = id } = addresses.input;
  const fields = [...addresses.fields(), ['node', node] as const];
  return (
    <>
      <KeyValues
        of={[
          ['Statuses', Object.keys(states).length > 0 && <States states={states} />],
          [
            'Took',
            quartiles_ms &&
              `${tookText(quartiles_ms[1])} (median), half of them ${tookText(quartiles_ms[0])} to ${tookText(quartiles_ms[2])}`,
          ],
        ]}
      />
      <form class="find" method="get" action="/lineage#chosen">
        {fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label for="find">Search among them</label>
        <input id="find" type="search" name="find" value={find} />
        <button type="submit">Search</button>
      </form>
      <p class="soft small" role="status">
        {count > members.length
          ? `${count.toLocaleString('en-US')} found, the first ${members.length} are listed.`
          : `${count.toLocaleString('en-US')} found.`}
      </p>
      <ul class="members">
        {members.map((member) => (
          <li>
            <Text of={member.label} /> <State of={member} />
            {box.kind === 'alike' && (
              <a href={addresses.with({ pulled: [...addresses.input.pulled, member.id], node: member.id })}>
                pull out<span class="unseen"> {member.label}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function States({ states }: { states: Readonly<Record<string, number>> }) {
  return (
    <ul class="plain">
      {Object.entries(states).map(([state, count]) => (
        <li>
          {count.toLocaleString('en-US')}{' '}
          {state === 'origin unknown' ? <Toned tone="odd">{state}</Toned> : <Status of={state} />}
        </li>
      ))}
    </ul>
  );
}

function State({ of }: { of: LineageNode }) {
  if (of.type === 'artifact') return of.origin ? <Toned tone="odd">origin unknown</Toned> : null;
  return <Status of={of.status ?? 'open'} />;
}
