/**
 * A report that came after the final word, in one line. Node only.
 * @module
 */

import { safe } from '../../questions/shown/safe-text';
import type { RunStory } from '../../questions/stories/run-story';
import { instant } from '../../questions/words';

/** A late report in words. */
export function lateText({ kind, document }: RunStory['late'][number]): string {
  switch (kind) {
    case 'stop':
      return `${document.exit_status} at ${instant(document.time)}, by a worker`;
    case 'settled':
      return `${document.outcome} at ${instant(document.time)}, by ${safe(String(document.evidence.source))}`;
    case 'execution-close':
      return `${document.status} at ${instant(document.close_time)}, by the server`;
  }
}
