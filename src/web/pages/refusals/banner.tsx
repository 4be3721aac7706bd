/**
 * The banner above lists if activities wait for metadata or were refused. Node only.
 * @module
 */

import type { RefusedCounts } from '../../../questions/lists/refused';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { Notice } from '../../parts/blocks';

/** The banner; empty if no activity waits or was refused recently. */
export function RefusedBanner({ counts }: { counts: RefusedCounts }) {
  const { waiting, refused, more } = counts;
  if (waiting === 0 && refused === 0) return <div data-live="refused" />;
  const parts = [
    waiting > 0 &&
      `${counted(waiting, 'activity waits', 'activities wait')} for metadata${waiting > 0 && more ? ' (or more)' : ''}`,
    refused > 0 && `${counted(refused, 'activity was', 'activities were')} refused in the last 24 hours`,
  ].filter((part) => part !== false);
  return (
    <div data-live="refused">
      <Notice tone={waiting > 0 ? 'odd' : 'bad'}>
        {parts.join('; ')}. <a href={to.refusals()}>What is missing</a>
      </Notice>
    </div>
  );
}
