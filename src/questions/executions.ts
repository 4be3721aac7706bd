/**
 * Executions that pass a filter, in its order. Node only.
 * @module
 */
import type { Filter } from '../filter/filter';
import type { ExecutionRecord } from '../model/execution';
import type { Scope } from './scope';

/** The executions of the scope's labs, the last recorded first unless the filter has an order. */
export function executionsOf(
  { store, only_lab: lab }: Scope,
  wanted: { filter: Filter; limit: number },
): Promise<ExecutionRecord[]> {
  return store.executions({ ...wanted, lab });
}
