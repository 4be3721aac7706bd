/**
 * A code environment for people, on a terminal. Node only.
 * @module
 */
import type { Environment } from '../../model/environment';
import { safe } from '../../questions/shown/safe-text';
import { environmentFacts, type Said } from '../../questions/stories/environment-words';
import type { Colors } from '../io';

/** Returns [label, text] lines that describe the code, without labels of unknown facts. */
export function environmentLines(environment: Environment, colors: Colors): [label: string, text: string][] {
  return environmentFacts(environment).map(({ label, said }) => [
    label,
    said.map((one) => painted(one, colors)).join(' '),
  ]);
}

function painted({ text, tone }: Said, colors: Colors): string {
  const shown = safe(text);
  if (tone === undefined) return shown;
  return { good: colors.green, odd: colors.yellow, strong: colors.bold }[tone](shown);
}
