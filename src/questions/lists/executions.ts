/**
 * Executions that pass a filter, in its order, with the facts by which people know them. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { RunRecord } from '../../model/documents';
import type { ExecutionRecord } from '../../model/execution';
import type { Json } from '../../model/json';
import type { Scope } from '../scope';
import { executionStatus } from '../status';

/** An execution with its status and facts from its first runs. */
export interface ExecutionView extends ExecutionRecord {
  /**
   * One word: `open`, `completed`, `failed`, `canceled`, `terminated`, `timed_out`, `continued_as_new`, `lost`.
   */
  status: string;
  /** The lab of its first run; absent if it has no run. */
  lab?: string;
  /** The operator of its first run, as recorded. */
  operator?: Json;
  /** The sample of its first run, as recorded. */
  sample?: Json;
  /** The scan id of its first run that has one. */
  scan_id?: number;
}

/** Selects executions, and how many are returned. */
export interface ExecutionsWanted {
  filter: Filter;
  /** @defaultValue all */
  limit?: number;
  /** True if metadata of runs of their children, at every depth, also counts. */
  family?: boolean;
  /** Temporal's run id of an execution: returns only what follows it in the order of the answer. */
  after?: string;
}

/** The most documents that are in memory at a time. */
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

/** @param runs must include its first runs */
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
