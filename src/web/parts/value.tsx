/**
 * Recorded values: short ones as they are, long ones folded. Node only.
 * @module
 */
import type { Json } from '../../model/json';

const SHORT_CHARACTERS = 120;

/** A value of a document. */
export function Value({ of }: { of: Json }) {
  const text = typeof of === 'string' ? of : JSON.stringify(of);
  if (text.length <= SHORT_CHARACTERS) return <code class="value">{text}</code>;
  const whole = typeof of === 'string' ? of : JSON.stringify(of, null, 2);
  return (
    <details class="value">
      <summary>
        <code>{text.slice(0, SHORT_CHARACTERS)}…</code>
      </summary>
      <pre>{whole}</pre>
    </details>
  );
}
