/**
 * A recorded error: its causes, the location in the lab's own code, the folded stack. Node only.
 * @module
 */
import type { RecordedError } from '../../model/documents';
import { ownFrame } from '../../questions/stories/run-words';
import { ERROR } from '../limits';
import { Text } from './words';

/** `<ErrorChain of={run.error} />`: the error, its causes, the code location and the folded stacks. */
export function ErrorChain({ of }: { of: RecordedError }) {
  const chain = causesOf(of);
  const frame = ownFrame(of.stack);
  const stacks = chain.filter(({ stack }) => stack !== undefined);
  return (
    <div class="failure">
      <ol class="error-chain">
        {chain.map((error, depth) => (
          <li>
            {depth > 0 && <span class="soft">caused by </span>}
            <strong>
              <Text of={error.type} />
            </strong>
            {': '}
            <Message of={error.message} />
            {error.non_retryable && <span class="soft"> (not retryable)</span>}
          </li>
        ))}
      </ol>
      {frame !== undefined && (
        <p class="error-place">
          at{' '}
          <code>
            <Text of={frame} />
          </code>
        </p>
      )}
      {stacks.length > 0 && (
        <details class="fold">
          <summary>Stack</summary>
          {stacks.map(({ stack }) => (
            <pre class="stack">
              <bdi>{stack!.slice(0, ERROR.stack_characters)}</bdi>
            </pre>
          ))}
        </details>
      )}
    </div>
  );
}

/** The message, or "withheld" if the lab encrypts its payloads. */
function Message({ of }: { of: string }) {
  if (/^hmac-sha256:[0-9a-f]{64}$/.test(of))
    return <span class="soft">message withheld, because the lab encrypts its payloads</span>;
  if (of.length <= ERROR.message_characters) return <span class="error-message">{of}</span>;
  return (
    <details class="whole">
      <summary>
        <bdi>{of.slice(0, ERROR.message_characters)}…</bdi>
      </summary>
      <pre>
        <bdi>{of.slice(0, ERROR.stack_characters)}</bdi>
      </pre>
    </details>
  );
}

function causesOf(error: RecordedError): RecordedError[] {
  const chain: RecordedError[] = [];
  for (let at: RecordedError | undefined = error; at && chain.length < ERROR.causes; at = at.cause)
    chain.push(at);
  return chain;
}
