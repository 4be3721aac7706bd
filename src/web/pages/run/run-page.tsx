/**
 * One run. Node only.
 * @module
 */
import { z } from 'zod';
import { to } from '../../links';
import { Section } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Status, Time } from '../../parts/words';
import { ref } from '../../questions/inputs';
import { run } from '../../questions/run';
import { page } from '../page';

/** `/runs/UID`. */
export const runPage = page({
  path: '/runs/:ref',
  input: z.object({ ref }),
  async show({ ref }, visit) {
    const view = await visit.ask(run, { ref });
    const { start, status } = view;
    return {
      title: `${start.temporal.activity_type} ${start.scan_id ?? ''}`,
      section: 'runs',
      json: to.api(`/runs/${start.uid}`),
      body: (
        <Section id="what" title="What">
          <p>
            <Status of={status} /> <Time at={start.time} />
          </p>
          <Value of={start.temporal.args as never} />
        </Section>
      ),
    };
  },
});
