/**
 * Executions that pass a filter, in its order, with what people know them by. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { RunRecord } from '../../model/documents';
import type { ExecutionRecord } from '../../model/execution';
import type { Json } from '../../model/json';
import type { Scope } from '../scope';
import { executionStatus } from '../status';

/** An execution with its status and what its first runs say of it. */
export interface ExecutionView extends ExecutionRecord {
  /** One word: `open`, `completed`, `failed`, `canceled`, `terminated`, `timed_out`, `continued_as_new`, `lost`. */
  status: string;
  /** Of its first run; absent where it has none. */
  lab?: string;
  /** Of its first run, as it was recorded. */
  operator?: Json;
  sample?: Json;
  /** Of its first run that has a number. */
  scan_id?: number;
}

/** Which executions, and how many. */
export interface ExecutionsWanted {
  filter: Filter;
  /** @defaultValue all */
  limit?: number;
  /** Metadata is also that of the runs of their children, however deep. */
  family?: boolean;
  /** Temporal's run id of an execution: only what comes after it in the order of the answer. */
  after?: string;
}

/** Documents that are in memory at a time. */
const PAGE = 200;

/** The executions of the scope's labs, the last recorded first unless the filter has an order. */
export async function* executionsOf(
  { store, only_lab: lab }: Scope,
  { limit = Number.MAX_SAFE_INTEGER, ...query }: ExecutionsWanted,
): AsyncGenerator<ExecutionView> {
  const numbers = await store.findExecutions({ ...query, limit, lab });
  for (let from = 0; from < numbers.length; from += PAGE) {
    const executions = await store.readExecutions(numbers.slice(from, from + PAGE));
    const runs = await store.firstRuns(executions.map(({ start }) => start.run_id));
    for (const execution of executions) yield executionView(execution, runs);
  }
}

/** @param runs among which its first ones are */
export function executionView(execution: ExecutionRecord, runs: readonly RunRecord[]): ExecutionView {
  const own = runs.filter(({ start }) => start.temporal.run_id === execution.start.run_id);
  const first = (name: 'operator' | 'sample' | 'scan_id') =>
    own.map(({ start }) => start[name]).find((value) => value !== undefined);
  const facts = {
    lab: own[0]?.start.provenance.lab,
    operator: first('operator') as Json | undefined,
    sample: first('sample') as Json | undefined,
    scan_id: first('scan_id') as number | undefined,
  };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { ...execution, status: executionStatus(execution), ...known };
}
