/**
 * An error with its causes; stacks are folded. Node only.
 * @module
 */
import type { RecordedError } from '../../../model/documents';
import { ownFrame } from '../../../questions/stories/run-words';
import { Details } from '../../parts/blocks';
import { Text } from '../../parts/words';

/** Causes that are shown: an error that is its own cause has no end. */
const MAX_CAUSES = 10;

/** `<ErrorOf error={run.error} />` */
export function ErrorOf({ error }: { error: RecordedError }) {
  const chain: RecordedError[] = [];
  for (let one: RecordedError | undefined = error; one && chain.length < MAX_CAUSES; one = one.cause)
    chain.push(one);
  return (
    <ol class="error-chain">
      {chain.map((one, index) => (
        <li>
          {index > 0 && <span class="soft">caused by </span>}
          <strong>
            <Text of={one.type} />
          </strong>
          : <Text of={one.message} />
          {one.non_retryable && <span class="chip">not retried</span>}
          {ownFrame(one.stack) && (
            <p class="soft">
              at <Text of={ownFrame(one.stack)!} />
            </p>
          )}
          {one.stack && (
            <Details summary="Stack">
              <pre>
                <bdi>{one.stack}</bdi>
              </pre>
            </Details>
          )}
        </li>
      ))}
    </ol>
  );
}
