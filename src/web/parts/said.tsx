/**
 * Words of an environment with how they are meant. Node only.
 * @module
 */
import type { Said } from '../../questions/stories/environment-words';
import { Text } from './words';

/** Words one after the other. */
export function Words({ of }: { of: readonly Said[] }) {
  return (
    <>
      {of.map(({ text, tone }, at) => (
        <>
          {at > 0 && ' '}
          <Word text={text} tone={tone} />
        </>
      ))}
    </>
  );
}

function Word({ text, tone }: Said) {
  if (tone === undefined) return <Text of={text} />;
  if (tone === 'strong')
    return (
      <strong>
        <Text of={text} />
      </strong>
    );
  return (
    <span class={`meant ${tone}`}>
      <Text of={text} />
    </span>
  );
}
