/**
 * Data that runs used and generated. Node only.
 * @module
 */
import { z } from 'zod';
import type { ArtifactView } from '../../../questions/lineage/data-answers';
import { readableName } from '../../../questions/lineage/node-words';
import { to } from '../../links';
import { type Column, Empty, Parts, Remarks, Table } from '../../parts/blocks';
import { Digest, Size, Text, Time } from '../../parts/words';
import { artifacts } from '../../questions/artifacts';
import { after, limit } from '../../questions/inputs';
import { page } from '../page';
import { Made } from './made';

const COLUMNS: readonly Column<ArtifactView>[] = [
  {
    title: 'Name',
    lead: true,
    kind: 'long',
    cell: ({ artifact_id, names }) => (
      <a href={to.artifact(artifact_id)}>
        <Text of={readableName(names[0] ?? artifact_id)} />
      </a>
    ),
  },
  { title: 'Type', cell: ({ type }) => type },
  { title: 'Versions', kind: 'number', cell: ({ revisions }) => revisions.toLocaleString('en-US') },
  {
    title: 'Content',
    cell: ({ sha256, missing }) =>
      sha256 === undefined ? (
        <span class="soft">{missing ?? 'unknown'}</span>
      ) : (
        <Digest of={`sha256:${sha256}`} />
      ),
  },
  {
    title: 'Size',
    kind: 'number',
    cell: ({ size_bytes }) => size_bytes !== undefined && <Size bytes={size_bytes} />,
  },
  { title: 'Met', cell: ({ time }) => <Time at={time} relative /> },
  { title: 'Made by', cell: ({ generated_by }) => <Made by={generated_by} /> },
  {
    title: 'Lineage',
    cell: ({ artifact_id, sha256, names }) => (
      <a href={to.lineage(sha256 === undefined ? artifact_id : `artifact:sha256:${sha256}`)}>
        lineage<span class="unseen"> of {readableName(names[0] ?? '')}</span>
      </a>
    ),
  },
];

/** Filters that people ask for most. */
const OFTEN = [
  ["origin = 'unknown'", 'origin unknown'],
  ["type = 'directory'", 'directories'],
  ["type = 'remote'", 'URLs'],
  ['size_bytes > 1000000', 'over 1 MB'],
] as const;

/** `/artifacts`. */
export const artifactsPage = page({
  path: '/artifacts',
  input: z.object({ where: z.string().default(''), find: z.string().default(''), limit, after }),
  async show(input, visit) {
    const { items, next, remarks } = await visit.ask(artifacts, input);
    const { where, find } = input;
    const asked = where !== '' || find !== '';
    return {
      title: 'Data',
      section: 'artifacts',
      json: to.api('/artifacts', input),
      csv: to.csv('/artifacts', input),
      scripts: ['which'],
      body: (
        <>
          <Searches where={where} find={find} />
          <Remarks lines={remarks} />
          {items.length === 0 ? (
            <Nothing asked={asked} />
          ) : (
            <Table caption="Data" columns={COLUMNS} rows={items} />
          )}
          <Parts
            first={input.after && to.artifacts({ ...input, after: undefined })}
            next={next && to.artifacts({ ...input, after: next })}
          />
        </>
      ),
    };
  },
});

function Searches({ where, find }: { where: string; find: string }) {
  return (
    <>
      <form class="filters" method="get" action="/artifacts">
        <div class="field wide">
          <label for="artifacts-find">Name, end of a name, URI or sha256</label>
          <input
            id="artifacts-find"
            type="search"
            name="find"
            value={find}
            placeholder="report.html, sha256:680a11…"
          />
        </div>
        <button type="submit">Find</button>
      </form>
      <form class="filters" method="get" action="/artifacts">
        <div class="field wide">
          <label for="artifacts-where">Filter</label>
          <input
            id="artifacts-where"
            name="where"
            value={where}
            placeholder="generated_by = 'reduce' AND size_bytes > 1000000"
          />
        </div>
        <button type="submit">Filter</button>
      </form>
      <ul class="chips">
        {OFTEN.map(([filter, words]) => (
          <li>
            <a
              class="chip"
              href={to.artifacts({ where: filter })}
              aria-current={filter === where ? 'true' : undefined}
            >
              {words}
            </a>
          </li>
        ))}
      </ul>
      <div class="drop" data-which hidden>
        <p>
          Drop a file here, or{' '}
          <label class="pick">
            choose one
            <input type="file" class="unseen" />
          </label>
          , to ask which run made it. It is read in this browser; nothing is sent but its digest.
        </p>
        <p role="status" class="soft" />
      </div>
    </>
  );
}

function Nothing({ asked }: { asked: boolean }) {
  return asked ? (
    <Empty title="No data passes.">
      <p>
        <a href={to.artifacts()}>Show all data</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No data yet.">
      <p>
        Files and URIs among the arguments and results of activities are listed here, once a run has met one.
      </p>
    </Empty>
  );
}
