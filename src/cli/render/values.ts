/**
 * Values and errors as they were recorded, for people. Node only.
 * @module
 */

import type { RecordedError } from '../../model/documents';
import { isJsonObject, type Json } from '../../model/json';
import { shortDigest } from '../../questions/stories/environments';
import { size } from '../terminal/measures';
import type { Page } from '../terminal/page';
import { safe, valueText } from '../terminal/text';
import { shownValue } from './marked-values';

/** Causes of an error that are shown. */
const MAX_CAUSES = 5;

/** An error with its causes, and the place in the code of the first. */
export function errorLines(page: Page, error: RecordedError): void {
  const { colors } = page.style;
  let at: RecordedError | undefined = error;
  for (let depth = 0; at && depth < MAX_CAUSES; depth++, at = at.cause) {
    const retry = at.non_retryable ? ' (not retryable)' : '';
    page.paragraph(
      depth === 0 ? 'error' : 'caused by',
      `${safe(at.type)}: ${safe(at.message)}${retry}`,
      colors.red,
    );
  }
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const frame = frames.find((line) => !isForeign(line)) ?? frames[0];
  if (frame) page.fact('at', safe(frame.trim().replace(/^at /, '')));
}

/** A frame of a library or of the runtime itself: not where a lab looks first. */
function isForeign(frame: string): boolean {
  return /[\\/]node_modules[\\/]|\(node:|at node:/.test(frame);
}

/** An argument or result; one that is kept by content says so. */
export function dataText(value: Json): string {
  const digested = value as { digest?: unknown; size_bytes?: unknown; type?: unknown; head?: unknown } | null;
  if (
    typeof digested === 'object' &&
    typeof digested?.digest === 'string' &&
    typeof digested.size_bytes === 'number'
  ) {
    const head = typeof digested.head === 'string' ? ` ${safe(digested.head.slice(0, 60))}…` : '';
    return `${safe(String(digested.type))} of ${size(digested.size_bytes)} ${shortDigest(digested.digest)}${head}`;
  }
  return shownValue(value);
}

/** A metadata field's text in a list; of an object its name, where it has one. */
export function fieldText(value: unknown): string {
  const json = value as Json | undefined;
  return valueText(isJsonObject(json) && json.name !== undefined ? json.name : json);
}
