/**
 * An execution with all that belongs to it, counted. Node only.
 * @module
 */
import type { ExecutionRecord } from '../../model/execution';
import type { Store } from '../../store/store';
import { BAD_ENDS, type Family } from './rows';

/** The most executions of a tree that are read. */
export const MAX_EXECUTIONS = 1000;
/** The most failed activities of a tree that are known one by one: the last to end. */
const MAX_FAILED = 1000;

/**
 * Reads the family. An execution that only its runs name is included. `own`: also counts its own activities,
 * not only those below it.
 */
export async function familyOf(
  store: Store,
  { start }: ExecutionRecord,
  { own = true }: { own?: boolean } = {},
): Promise<Family> {
  const found = await store.outline.family(start.run_id, MAX_EXECUTIONS + 1);
  const executions = found.slice(0, MAX_EXECUTIONS);
  const counted = executions.slice(own ? 0 : 1).map(({ id }) => id);
  const tallies =
    counted.length > 0 ? await store.outline.tallies(counted, { ends: BAD_ENDS, limit: MAX_FAILED }) : [];
  const failed = tallies.flatMap(({ last }) => last ?? []);
  const truncated = found.length > executions.length;
  return { executions, tallies, failed, all_failed: !truncated && failed.length < MAX_FAILED, truncated };
}
