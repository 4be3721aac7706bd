/**
 * A text with its differences from another text marked. Node only.
 * @module
 */
import { safe } from '../../../questions/shown/safe-text';
import { Value } from '../../parts/value';

/** Longer texts are shown without marks. */
const MOST_CHARACTERS = 400;

/** `<Marked text="2.4.1" other="2.4.2" />`: marks the part between the common start and the common end. */
export function Marked({ text, other }: { text: string; other: string }) {
  const parts = text.length <= MOST_CHARACTERS ? partsOf(text, other) : undefined;
  if (!parts) return <Value of={text} />;
  const [before, between, after] = parts;
  return (
    <bdi class="plain">
      {safe(before)}
      {between !== '' && <mark>{safe(between)}</mark>}
      {safe(after)}
    </bdi>
  );
}

/** Returns the start, the difference and the end; undefined if the texts have too little in common. */
function partsOf(text: string, other: string): [string, string, string] | undefined {
  const [own, their] = [[...text], [...other]];
  const shorter = Math.min(own.length, their.length);
  let start = 0;
  while (start < shorter && own[start] === their[start]) start++;
  let end = 0;
  while (end < shorter - start && own[own.length - 1 - end] === their[their.length - 1 - end]) end++;
  if (start + end < own.length / 2) return undefined;
  const until = own.length - end;
  return [own.slice(0, start).join(''), own.slice(start, until).join(''), own.slice(until).join('')];
}
