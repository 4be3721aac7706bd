/**
 * One artifact: its names and versions, and the runs that generated and used each. Node only.
 * @module
 */
import { z } from 'zod';
import type { ArtifactDetail, DataVersion } from '../../../questions/lineage/data-answers';
import { readableName } from '../../../questions/lineage/node-words';
import { counted } from '../../../questions/words';
import { LINEAGE } from '../../limits';
import { to } from '../../links';
import { Details, KeyValues, Remarks, Section } from '../../parts/blocks';
import { Digest, Size, Text, Time, Toned } from '../../parts/words';
import { artifact } from '../../questions/artifacts';
import { ref } from '../../questions/inputs';
import { page } from '../page';
import { Runs } from './made';

/** The numbers of versions, members and names that are shown at first. */
const SHOWN = { versions: 20, members: 20, names: 10, users: 10 } as const;

/** `/artifacts/REF`. */
export const artifactPage = page({
  path: '/artifacts/:ref{.+}',
  input: z.object({
    ref,
    versions: z.coerce.number().int().min(1).max(10_000).default(SHOWN.versions),
    users: z.coerce.number().int().min(1).max(LINEAGE.rows).default(SHOWN.users),
  }),
  async show({ ref, versions, users }, visit) {
    const found = await visit.ask(artifact, { ref });
    const [name = found.artifact_id] = found.names.map(readableName);
    const shown = found.versions.slice(-versions).reverse();
    const left = found.versions.length - shown.length;
    return {
      title: name,
      section: 'artifacts',
      json: to.api(`/artifacts/${encodeURIComponent(ref)}`),
      body: (
        <>
          <Remarks lines={found.remarks} />
          <About found={found} />
          {shown.map((version) => (
            <Version version={version} found={found} users={users} more={{ ref, versions }} />
          ))}
          {left > 0 && (
            <p>
              <a href={`${to.artifact(ref)}?versions=${versions + SHOWN.versions * 5}`}>
                {counted(left, 'older version')}
              </a>
            </p>
          )}
        </>
      ),
    };
  },
});

function About({ found }: { found: ArtifactDetail }) {
  const { artifact_id, names, type, created_time, versions, same_content } = found;
  const last = versions.at(-1)!;
  const focus = last.sha256 === undefined ? artifact_id : `artifact:sha256:${last.sha256}`;
  return (
    <>
      <ul class="actions">
        <li>
          <a class="button main" href={to.lineage(focus)}>
            Lineage
          </a>
        </li>
        <li>
          <a class="button" href={to.lineage(focus, { up: 8, down: 0 })}>
            Where does it come from?
          </a>
        </li>
        <li>
          <a class="button" href={to.lineage(focus, { up: 0, down: 8 })}>
            What was made from it?
          </a>
        </li>
        <li>
          <a class="button" href={to.lineage(focus, { data: 1 })}>
            Input data
          </a>
        </li>
      </ul>
      <KeyValues
        of={[
          ['Type', type],
          ['Names', <Names of={names} />],
          ['First seen', <Time at={created_time} />],
          ['Same content', same_content.length > 0 && <Names of={same_content} linked />],
          ['Artifact', <Digest of={artifact_id} characters={36} />],
        ]}
      />
    </>
  );
}

function Names({ of, linked = false }: { of: readonly string[]; linked?: boolean }) {
  const item = (name: string) => (
    <li>
      {linked ? (
        <a href={to.artifact(name)}>
          <Text of={readableName(name)} />
        </a>
      ) : (
        <Text of={readableName(name)} />
      )}
    </li>
  );
  const rest = of.slice(SHOWN.names);
  return (
    <>
      <ul class="plain">{of.slice(0, SHOWN.names).map(item)}</ul>
      {rest.length > 0 && (
        <Details summary={`${rest.length.toLocaleString('en-US')} more`}>
          <ul class="plain">{rest.slice(0, 1_000).map(item)}</ul>
        </Details>
      )}
    </>
  );
}

function Version(given: {
  version: DataVersion;
  found: ArtifactDetail;
  users: number;
  more: { ref: string; versions: number };
}) {
  const { version, found, users, more } = given;
  const {
    revision,
    sha256,
    size_bytes,
    media_type,
    missing,
    time,
    names,
    generated_by,
    used_by,
    used_count,
  } = version;
  const isLatest = version === found.versions.at(-1) && found.versions.length > 1;
  const shown = used_by.slice(0, users);
  return (
    <Section id={`version-${revision}`} title={`Version ${revision}${isLatest ? ' (latest)' : ''}`}>
      <KeyValues
        of={[
          [
            'Content',
            sha256 === undefined ? `no digest (${missing ?? 'unknown'})` : <Digest of={`sha256:${sha256}`} />,
          ],
          ['Size', size_bytes !== undefined && <Size bytes={size_bytes} />],
          ['Media type', media_type !== undefined && <Text of={media_type} />],
          ['First seen', <Time at={time} />],
          ['Names', names.length !== found.names.length && <Names of={names} />],
          [
            'Generated by',
            generated_by.length > 0 ? (
              <Runs of={generated_by} />
            ) : (
              <Toned tone="odd">origin unknown: no recorded run generated it</Toned>
            ),
          ],
          ['Used by', used_count === 0 ? <span class="soft">no recorded run</span> : <Runs of={shown} />],
          [
            '',
            used_count > shown.length && (
              <>
                {used_by.length > shown.length && (
                  <a
                    href={`${to.artifact(more.ref)}?versions=${more.versions}&users=${LINEAGE.rows}#version-${revision}`}
                  >
                    more of them
                  </a>
                )}{' '}
                {counted(used_count, 'run')} in all:{' '}
                <a
                  href={to.lineage(sha256 === undefined ? found.artifact_id : `artifact:sha256:${sha256}`, {
                    up: 0,
                    down: 1,
                    as: 'table',
                  })}
                >
                  as a table
                </a>
              </>
            ),
          ],
          ['Members', version.members && <Members of={version.members} />],
        ]}
      />
    </Section>
  );
}

function Members({ of }: { of: NonNullable<DataVersion['members']> }) {
  const item = ({ name, sha256, size_bytes }: (typeof of)[number]) => (
    <li>
      {sha256 === undefined ? (
        <Text of={name} />
      ) : (
        <a href={to.artifact(`sha256:${sha256}`)}>
          <Text of={name} />
        </a>
      )}{' '}
      {size_bytes !== undefined && (
        <span class="soft">
          <Size bytes={size_bytes} />
        </span>
      )}
    </li>
  );
  const rest = of.slice(SHOWN.members);
  return (
    <>
      <ul class="plain">{of.slice(0, SHOWN.members).map(item)}</ul>
      {rest.length > 0 && (
        <Details summary={`${rest.length.toLocaleString('en-US')} more`}>
          <ul class="plain">{rest.map(item)}</ul>
        </Details>
      )}
    </>
  );
}
