/**
 * Facts of an environment: summary, identity, details, image, and reasons for unknown fields. Node only.
 * @module
 */
import type { Json } from '../../../model/json';
import { fact, flatFacts } from '../../../questions/stories/environments';
import { reasonText } from '../../../questions/stories/reason-words';
import { CODE } from '../../limits';
import { safeAddress, to } from '../../links';
import { type Column, Details, KeyValues, Section, Table } from '../../parts/blocks';
import { Words } from '../../parts/said';
import { Value } from '../../parts/value';
import { Count, Digest, Text, Time, Took } from '../../parts/words';
import type { EnvironmentAnswer } from '../../questions/code/environment';

interface Of {
  of: EnvironmentAnswer;
}

/** The summary section. */
export function Summary({ of }: Of) {
  const { id, code_id, facts, captured_time, duration_ms, runs, more, last } = of;
  const said = new Map(facts.map((one) => [one.label, one.said]));
  const line = (label: string) => said.get(label) && <Words of={said.get(label)!} />;
  return (
    <Section id="what" title="What">
      <KeyValues
        of={[
          ['Commit', line('git') ?? notKnown(of, 'git.commit')],
          ['Repository', repositoryOf(of)],
          ['Program', programOf(of)],
          ['Image', line('image') ?? notKnown(of, 'image.layers')],
          ['Packages', line('packages')],
          ['Runtime', line('runtime')],
          ['Restorable', line('restorable')],
          [
            'Runs',
            <>
              <a href={to.runs({ where: `environment = '${id}'` })}>
                <Count of={runs} />
                {more && ' and more'}
              </a>
              {last && (
                <>
                  , the last <a href={to.run(last.uid)}>opened</a> <Time at={last.time} relative />
                </>
              )}
            </>,
          ],
          [
            'Captured',
            <>
              <Time at={captured_time} />{' '}
              <span class="soft">
                in <Took ms={duration_ms} />
              </span>
            </>,
          ],
          ['Environment id', <Digest of={id} characters={64} />],
          [
            'Code id',
            <>
              <Digest of={code_id} characters={64} />{' '}
              <a href={to.runs({ where: `code = '${code_id}'` })}>runs with this code</a>
            </>,
          ],
        ]}
      />
    </Section>
  );
}

function notKnown({ reasons }: EnvironmentAnswer, field: string) {
  const reason = reasons[field] ?? reasons[field.split('.')[0]!];
  return <span class="soft">not known{reason !== undefined && `: ${reasonText(reason)}`}</span>;
}

/** A link, if the address is safe to follow. */
function repositoryOf(of: EnvironmentAnswer) {
  const repository = fact(of, 'git.repository');
  if (typeof repository !== 'string') return notKnown(of, 'git.repository');
  const address = safeAddress(repository);
  return address === undefined ? (
    <Text of={repository} />
  ) : (
    <a href={address} rel="noreferrer noopener">
      <Text of={repository} />
    </a>
  );
}

function programOf(of: EnvironmentAnswer) {
  const [name, version] = [fact(of, 'code.package.name'), fact(of, 'code.package.version')];
  if (typeof name !== 'string') return undefined;
  return <Text of={typeof version === 'string' ? `${name} ${version}` : name} />;
}

/** The values that the id is a digest of. */
export function Identity({ of }: Of) {
  return (
    <Section id="identity" title="Identity">
      <p class="soft">
        The environment id is a digest of these values. Runs with the same values share this environment. The
        code id covers the values that can be read without a container engine.
      </p>
      <Flat of={of.identity} />
    </Section>
  );
}

/** The facts that are not part of the id. */
export function OtherFacts({ of }: Of) {
  return (
    <Section id="beside" title="Details">
      <p class="soft">Branch, remote and other facts that are not part of the id.</p>
      <Flat of={of.detail} />
    </Section>
  );
}

function Flat({ of }: { of: { readonly [name: string]: Json } }) {
  return (
    <dl class="places">
      {flatFacts(of).map(([name, value]) => (
        <div>
          <dt>
            <code>
              <Text of={name} />
            </code>
          </dt>
          <dd>
            <Known of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Known({ of }: { of: Json }) {
  if (typeof of === 'string' && /^sha256:[0-9a-f]{64}$/.test(of)) return <Digest of={of} characters={64} />;
  const count = Array.isArray(of) ? of.length : 0;
  if (count <= CODE.open_items) return <Value of={of} />;
  return (
    <Details summary={`list of ${count.toLocaleString('en-US')}`}>
      <Value of={of} />
    </Details>
  );
}

const IMAGE_FIELDS: readonly (readonly [field: string, words: string])[] = [
  ['image.name', 'Name'],
  ['image.tag', 'Tag'],
  ['image.config_digest', 'Config digest'],
  ['image.manifest_digest', 'Manifest digest'],
  ['image.repo_digests', 'Digests for pulling'],
  ['image.layers', 'Layers'],
  ['image.registry_confirmed', 'Confirmed by its registry'],
  ['image.source', 'Found by'],
  ['image.container_verified', "Verified as the worker's own container"],
  ['image.engine', 'Engine'],
  ['image.store', "The engine's store"],
];

/** The image: its digests, how each was found, or why it is unknown. */
export function Image({ of }: Of) {
  if (of.reasons['image.layers'] === 'not_in_container')
    return (
      <Section id="image" title="Image">
        <p class="soft">No image: the worker did not run in a container.</p>
      </Section>
    );
  return (
    <Section id="image" title="Image">
      <KeyValues
        of={IMAGE_FIELDS.map(([field, words]) => {
          const value = fact(of, field);
          if (value !== undefined) return [words, <Known of={value} />] as const;
          return [words, of.reasons[field] !== undefined && notKnown(of, field)] as const;
        })}
      />
    </Section>
  );
}

const REASONS: readonly Column<readonly [string, string]>[] = [
  {
    title: 'Field',
    lead: true,
    cell: ([field]) => (
      <code>
        <Text of={field} />
      </code>
    ),
  },
  { title: 'Why it is unknown', kind: 'long', cell: ([, reason]) => <Text of={reasonText(reason)} /> },
  {
    title: 'Code',
    cell: ([, reason]) => (
      <code class="soft">
        <Text of={reason} />
      </code>
    ),
  },
];

/** Missing and incomplete fields, with their reasons. */
export function Reasons({ of }: Of) {
  const rows = Object.entries(of.reasons);
  if (rows.length === 0) return null;
  return (
    <Section id="reasons" title="Unknown or incomplete" count={rows.length}>
      <Details summary="Fields with reasons">
        <Table caption="Unknown fields" columns={REASONS} rows={rows} />
      </Details>
    </Section>
  );
}
