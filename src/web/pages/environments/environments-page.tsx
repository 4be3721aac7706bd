/**
 * The list of code environments. Node only.
 * @module
 */
import { z } from 'zod';
import type { EnvironmentItem } from '../../../questions/stories/environment-details';
import { environmentFacts } from '../../../questions/stories/environment-words';
import { CODE, PAGE } from '../../limits';
import { to } from '../../links';
import { type Column, Command, Empty, Parts, Table } from '../../parts/blocks';
import { Words } from '../../parts/said';
import { Count, Digest, Time, Toned } from '../../parts/words';
import { environments } from '../../questions/code/environments';
import { limit } from '../../questions/inputs';
import { page } from '../page';

function said(item: EnvironmentItem, label: string) {
  const fact = environmentFacts(item.environment).find((one) => one.label === label);
  return fact && <Words of={fact.said} />;
}

const COLUMNS: readonly Column<EnvironmentItem>[] = [
  {
    title: 'Environment',
    lead: true,
    cell: ({ environment: { id } }) => (
      <a href={to.environment(id)}>
        <Digest of={id} />
      </a>
    ),
  },
  { title: 'Code', cell: ({ environment: { code_id } }) => <Digest of={code_id} /> },
  { title: 'Commit', kind: 'long', cell: (item) => said(item, 'git') },
  {
    title: 'Runs',
    kind: 'number',
    cell: ({ runs, more, environment: { id } }) => (
      <a href={to.runs({ where: `environment = '${id}'` })}>
        <Count of={runs} />
        {more && '+'}
      </a>
    ),
  },
  {
    title: 'Last used',
    cell: ({ last }) =>
      last ? (
        <a href={to.run(last.uid)}>
          <Time at={last.time} relative />
        </a>
      ) : (
        <span class="soft">no run</span>
      ),
  },
  { title: 'Captured', cell: ({ environment }) => <Time at={environment.captured_time} relative /> },
  { title: 'Runtime', cell: (item) => said(item, 'runtime') },
  {
    title: 'Restorable',
    cell: ({ environment: { restorable } }) => (
      <Toned tone={restorable.level === 'partial' ? 'odd' : 'good'}>{restorable.level}</Toned>
    ),
  },
];

/** `/environments`. */
export const environmentsPage = page({
  path: '/environments',
  input: z.object({ limit, after: z.coerce.number().int().min(1).optional() }),
  async show({ limit, after }, visit) {
    const { items, next } = await visit.ask(environments, { limit, after });
    const given = { limit: limit === PAGE.items ? undefined : limit };
    return {
      title: 'Environments',
      section: 'environments',
      json: to.api('/environments', { ...given, after }),
      body:
        items.length === 0 ? (
          <Empty title="No environments.">
            <p>A worker with the plugin captures its code when it starts. To check the capture:</p>
            <Command line="temporal-provenance doctor" />
          </Empty>
        ) : (
          <>
            <p class="lead">
              The code of runs: commit, changes, packages, image and runtime, under one id. The last captured
              come first; at most {CODE.counted_runs.toLocaleString('en-US')} runs are counted of each.
            </p>
            <Table caption="Environments" columns={COLUMNS} rows={items} />
            <Parts
              first={after === undefined ? undefined : to.environments(given)}
              next={next === undefined ? undefined : to.environments({ ...given, after: next })}
            />
          </>
        ),
    };
  },
});
