/**
 * The health of the capture: the checks of `doctor`. Node only.
 * @module
 */
import { z } from 'zod';
import type { HealthReport } from '../../../questions/health/report';
import { to } from '../../links';
import { Figures, KeyValues, Notice, Section } from '../../parts/blocks';
import { Digest, Sentence, Text, Time } from '../../parts/words';
import { health, sizes } from '../../questions/health';
import { yes } from '../../questions/inputs';
import { page } from '../page';
import { Findings } from './findings';
import { Sizes, SizesOnDemand } from './sizes';

/** `/health`. */
export const healthPage = page({
  path: '/health',
  input: z.object({ sizes: yes.default(false) }),
  async show({ sizes: wanted }, visit) {
    const [report, found] = await Promise.all([
      visit.ask(health, {}),
      wanted ? visit.ask(sizes, {}) : undefined,
    ]);
    return {
      title: 'Health',
      section: 'health',
      json: to.api('/health'),
      body: (
        <>
          <Notice tone={TONES[report.health]} title={report.conclusion}>
            <p>
              <Sentence of={report.summary} />
            </p>
          </Notice>
          <Store report={report} />
          <Section id="checks" title="Checks">
            <Findings findings={report.findings} />
          </Section>
          <Section id="sizes" title="Size">
            {found ? <Sizes found={found} /> : <SizesOnDemand />}
          </Section>
        </>
      ),
    };
  },
});

const TONES = { ok: 'good', warn: 'odd', fail: 'bad' } as const;

function Store({ report: { location, identity, counts, labs } }: { report: HealthReport }) {
  return (
    <Section id="store" title="Store">
      <Figures
        of={[
          [counts.runs === 1 ? 'run' : 'runs', counts.runs],
          [counts.executions === 1 ? 'execution' : 'executions', counts.executions],
          ['refused', counts.refusals],
          [labs.length === 1 ? 'lab' : 'labs', labs.length],
        ]}
      />
      <KeyValues
        of={[
          ['Where', <Text of={location} />],
          ['Store', <Digest of={identity.storage_id} characters={36} />],
          ['Created', <Time at={identity.created_time} />],
          ['State', identity.state_id.toLocaleString('en-US')],
          ['Labs', labs.length === 0 ? 'none yet' : <Text of={labs.join(', ')} />],
        ]}
      />
    </Section>
  );
}
