/**
 * Recorded errors, for people. Node only.
 * @module
 */

import type { RecordedError } from '../../model/documents';
import { safe } from '../../questions/shown/safe-text';
import { ownFrame } from '../../questions/stories/run-words';
import type { Page } from '../terminal/page';

/** The number of causes that are shown. */
const MAX_CAUSES = 5;

/** Adds an error with its causes, and the code location of the first. */
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
  const frame = ownFrame(error.stack);
  if (frame !== undefined) page.fact('at', safe(frame));
}
