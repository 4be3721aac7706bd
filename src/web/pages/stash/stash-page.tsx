/**
 * A lab's stash: its values now or at a past time, who set them, and the history. Node only.
 * @module
 */
import { z } from 'zod';
import { instant } from '../../../questions/words';
import { to } from '../../links';
import { Command, KeyValues, Notice, Section } from '../../parts/blocks';
import { Count, Time } from '../../parts/words';
import { at, limit } from '../../questions/inputs';
import { type StashAnswer, stash } from '../../questions/stash';
import { stashHistory } from '../../questions/stash-history';
import { page } from '../page';
import { History } from './history';
import { Values } from './values';

/** `/stash`. */
export const stashPage = page({
  path: '/stash',
  input: z.object({
    at,
    key: z.string().max(1_000).optional(),
    limit,
    after: z.coerce.number().int().min(0).optional(),
  }),
  async show({ at, key, limit, after }, visit) {
    const [held, history] = await Promise.all([
      visit.ask(stash, { at }),
      visit.ask(stashHistory, { key, limit, after }),
    ]);
    const as_of = at === undefined ? undefined : instant(at);
    return {
      title: `Stash of lab ${held.lab}`,
      section: 'stash',
      json: to.api('/stash', { at: as_of }),
      csv: to.csv('/stash/history', { key }),
      body: (
        <>
          <p class="lead">
            Metadata that the lab keeps from run to run. A run uses it for fields that neither its user nor
            its plan sets.
          </p>
          <AsOf at={at} />
          <Held held={held} />
          <Change lab={held.lab} />
          <History items={history.items} next={history.next} shown={{ key, at: as_of, after }} />
        </>
      ),
    };
  },
});

/** The form for a past time, in UTC, because the server does not know the reader's time zone. */
function AsOf({ at }: { at?: number }) {
  return (
    <form class="filters" method="get" action={to.stash()}>
      <div class="field">
        <label for="at">As of (UTC)</label>
        <input
          type="datetime-local"
          id="at"
          name="at"
          step="1"
          value={at === undefined ? '' : instant(at).replace('Z', '')}
        />
      </div>
      <button type="submit">Show</button>
      {at !== undefined && (
        <a class="button quiet" href={to.stash()}>
          Now
        </a>
      )}
    </form>
  );
}

function Held({ held }: { held: StashAnswer }) {
  const { at, scan_id, version, values, cut } = held;
  return (
    <Section id="values" title={at === undefined ? 'Now' : 'Then'} count={values.length}>
      {at !== undefined && (
        <Notice>
          As it was at <Time at={at} />.{' '}
          {cut && 'Its history is too long to be read in full: older values are missing.'}
        </Notice>
      )}
      <Values held={held} />
      <KeyValues
        of={[
          ['Last scan id', scan_id !== undefined && <Count of={scan_id} />],
          ['Version', <Count of={version} />],
        ]}
      />
    </Section>
  );
}

function Change({ lab }: { lab: string }) {
  const flag = lab === 'default' ? '' : ` --lab ${/^[\w.-]+$/.test(lab) ? lab : `'${lab}'`}`;
  return (
    <Section id="change" title="Change it">
      <p>A change applies to the next run that a worker opens.</p>
      <Command line={`temporal-provenance stash set operator Ada${flag}`} />
      <p class="soft">
        <code>stash unset KEY</code> removes a key, <code>stash set scan_id N</code> makes the next number N +
        1, and <code>stash clear</code> removes all.
      </p>
    </Section>
  );
}
