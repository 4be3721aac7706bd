/**
 * Checks whether links are derived up to now. Node only.
 * @module
 */
import type { Facts } from './facts';
import { type Found, ok, warn } from './finding';

/** Workers derive links within half a minute of what they write. */
const LATE_S = 300;

/** Reports how far deriving is behind, and how many links wait for an end. `now`: UNIX seconds. */
export function judgeLinks({ links, last_run_time }: Facts, now = Date.now() / 1000): Found {
  const { behind, todo, waiting } = links;
  const waits =
    waiting === 0 ? '' : `; ${waiting} wait for the end of an activity, which is not recorded yet`;
  if (behind === 0 && todo === 0) return ok(`up to date${waits}`);
  const left = [
    ...(behind > 0 ? [`${behind} transactions are not processed`] : []),
    ...(todo > 0 ? [`those of ${todo} runs are to be derived again`] : []),
  ].join(', and ');
  if (last_run_time !== undefined && now - last_run_time < LATE_S) return ok(`${left} yet${waits}`);
  return warn(
    `${left}, although nothing was written for a while${waits}: a worker or a lineage query derives them; \`rebuild\` derives all links again`,
  );
}
