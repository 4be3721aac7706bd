/**
 * Recorded values: short ones in full, long ones folded, nested ones folded by depth. Node only.
 * @module
 */
import { isJsonObject, type Json } from '../../model/json';
import { shownValue } from '../../questions/shown/marked-values';
import { dataText } from '../../questions/shown/recorded-values';
import { VALUE } from '../limits';

/** `<Value of={start.sample} />`: a value of a document. */
export function Value({ of }: { of: Json }) {
  const text = dataText(of);
  if (text.length <= VALUE.short_characters) return <Short of={of} text={text} />;
  if (typeof of === 'string') return <Folded text={of} />;
  if (isJsonObject(of) && typeof of.digest === 'string') return <Folded text={text} />;
  return (
    <div class="value json">
      <Tree of={of} depth={0} left={{ nodes: VALUE.nodes }} open />
    </div>
  );
}

function Short({ of, text }: { of: Json; text: string }) {
  if (typeof of === 'string') return <bdi class="plain">{text}</bdi>;
  return (
    <code class={`value ${kindOf(of)}`}>
      <bdi>{text}</bdi>
    </code>
  );
}

/** Long text: its start, with the rest folded. */
function Folded({ text }: { text: string }) {
  const whole = text.length > VALUE.whole_characters;
  return (
    <details class="whole">
      <summary>
        <bdi>{shownValue(text.slice(0, VALUE.short_characters))}…</bdi>{' '}
        <span class="soft">{text.length.toLocaleString('en-US')} characters</span>
      </summary>
      <pre>
        <bdi>{text.slice(0, VALUE.whole_characters)}</bdi>
      </pre>
      {whole && <p class="soft">The JSON form of this page has the rest.</p>}
    </details>
  );
}

/** The remaining budget for a value. */
interface Left {
  nodes: number;
}

/** An object or an array, folded below the first level. */
function Tree({ of, depth, left, open = false }: { of: Json; depth: number; left: Left; open?: boolean }) {
  const entries = Array.isArray(of)
    ? of.map((item, i) => [String(i), item] as const)
    : Object.entries(of as object as Record<string, Json>);
  const shown =
    depth >= VALUE.depth ? [] : entries.slice(0, Math.max(0, Math.min(VALUE.entries, left.nodes)));
  left.nodes -= shown.length;
  const more = entries.length - shown.length;
  return (
    <details open={open}>
      <summary>
        <span class="soft">
          {Array.isArray(of) ? `list of ${entries.length}` : `${entries.length} fields`}
        </span>
      </summary>
      <ul>
        {shown.map(([key, item]) => (
          <li>
            <Entry name={key} of={item} depth={depth} left={left} />
          </li>
        ))}
        {more > 0 && <li class="soft">{more.toLocaleString('en-US')} more, in the JSON form of this page</li>}
      </ul>
    </details>
  );
}

function Entry({ name, of, depth, left }: { name: string; of: Json; depth: number; left: Left }) {
  const label = <bdi class="key">{shownValue(name)}</bdi>;
  const text = dataText(of);
  if (text.length <= VALUE.short_characters || typeof of !== 'object' || of === null)
    return (
      <>
        {label}: <Value of={of} />
      </>
    );
  return (
    <>
      {label}: <Tree of={of} depth={depth + 1} left={left} />
    </>
  );
}

function kindOf(value: Json): string {
  if (typeof value === 'number') return 'digits';
  return typeof value === 'boolean' || value === null ? 'word' : 'structure';
}
