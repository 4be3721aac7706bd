/**
 * A summary of the code of a run. Node only.
 * @module
 */
import { address, to } from '../../links';
import { Empty, KeyValues, Section } from '../../parts/blocks';
import { Words } from '../../parts/said';
import { Digest, Text } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';
import type { RunStoryAnswer } from '../../questions/run/story';

const LABELS: Readonly<Record<string, string>> = {
  git: 'Commit',
  image: 'Image',
  packages: 'Packages',
  runtime: 'Runtime',
  restorable: 'Restorable',
};

/** The section. */
export function Code({ run, story: { code, session } }: { run: RunAnswer; story: RunStoryAnswer }) {
  if (!code) return <NoCode id={run.start.provenance.environment} />;
  const page = to.environment(code.id);
  return (
    <Section id="code" title="Code" aside={<a href={page}>Environment</a>}>
      <KeyValues
        of={[
          ...code.facts.map(({ label, said }) => [LABELS[label] ?? label, <Words of={said} />] as const),
          [
            'Environment',
            <>
              <a href={page}>
                <Digest of={code.id} />
              </a>{' '}
              <span class="soft">
                code <Digest of={code.code_id} />
              </span>
            </>,
          ],
          [
            'More',
            <span class="beside">
              <a href={`${page}#patch`}>Uncommitted changes</a>
              <a href={`${page}#packages`}>Packages</a>
              <a href={address(to.runs(), { where: `environment = '${code.id}'` })}>Runs with this code</a>
            </span>,
          ],
          ['Folder', session && <Text of={session.cwd} />],
        ]}
      />
    </Section>
  );
}

function NoCode({ id }: { id?: string }) {
  return (
    <Section id="code" title="Code">
      <Empty
        title={id === undefined ? 'The code was not captured.' : 'The environment is not in this store.'}
      >
        {id === undefined ? (
          <p>A worker with the plugin captures it when it starts, unless the option environment is false.</p>
        ) : (
          <p>
            It is <code>{id}</code>.
          </p>
        )}
      </Empty>
    </Section>
  );
}
