/**
 * Values and errors as they were recorded, for people. Node only.
 * @module
 */

import type { RecordedError } from '../../model/documents';
import { safe } from '../../questions/shown/safe-text';
import type { Page } from '../terminal/page';

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
