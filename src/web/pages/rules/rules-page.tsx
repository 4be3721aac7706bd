/**
 * What the workers of each lab require of metadata, and the last refusals. Node only.
 * @module
 */
import { z } from 'zod';
import { to } from '../../links';
import { Empty, Section } from '../../parts/blocks';
import { rules } from '../../questions/rules';
import { page } from '../page';
import { Refused } from './refused';
import { RulesOfWorkers } from './rules-of-workers';

/** `/rules`. */
export const rulesPage = page({
  path: '/rules',
  input: z.object({}),
  async show(_, visit) {
    const { labs, refused } = await visit.ask(rules, {});
    return {
      title: 'Rules',
      section: 'rules',
      json: to.api('/rules'),
      body: (
        <>
          <p class="lead">What the workers of each lab require of the metadata of a run.</p>
          {labs.length === 0 && <NoWorker />}
          {labs.map(({ lab, rules }) => (
            <Section
              id={`lab-${encodeURIComponent(lab)}`}
              title={`Lab ${lab}`}
              aside={<a href={to.stash({ lab })}>Its stash</a>}
            >
              {rules.length > 1 && <p>Its workers have {rules.length} sets of rules, the newest first.</p>}
              {rules.map((set) => (
                <RulesOfWorkers set={set} lab={lab} />
              ))}
            </Section>
          ))}
          <Refused activities={refused} />
        </>
      ),
    };
  },
});

function NoWorker() {
  return (
    <Empty title="No worker of this lab has used this store yet.">
      <p>
        A worker keeps its rules with its session. They stand in the options of the plugin, or in{' '}
        <code>temporal-provenance.json</code>:
      </p>
      <pre>{'{ "required": ["operator", "sample.name"] }'}</pre>
    </Empty>
  );
}
