/**
 * Words on an environment, with their tones. Node only.
 * @module
 */
import type { Said } from '../../questions/stories/environment-words';
import { Text } from './words';

/** Shows words in a row. */
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
