/**
 * Values and errors as they were recorded, for people. Node only.
 * @module
 */
import type { RecordedError } from '../../model/documents';
import type { Json } from '../../model/json';
import { shortDigest } from './environment';
import { size } from './instants';
import type { Page } from './page';
import { safe, valueText } from './text';

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
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  if (frame) page.fact('at', safe(frame.trim().replace(/^at /, '')));
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
  return valueText(value);
}
