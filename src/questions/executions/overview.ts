/**
 * The overview of an execution: who and what it is, what failed, its chain, its tree, its decisions, the
 * metadata of its runs. Bounded for any number of runs. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import type { ExecutionRecord } from '../../model/execution';
import type { ExecutionOutline } from '../../store/interface/outline';
import type { LateReport } from '../../store/interface/settling';
import { type ExecutionView, executionView } from '../lists/executions';
import type { Scope } from '../scope';
import { edgesOf } from './edges';
import { type Failure, failureOf } from './failure';
import { familyOf, MAX_EXECUTIONS } from './family';
import { metadataOf, type SharedMetadata } from './metadata';
import { type ActivityCounts, countsOf, type Family, typesOf } from './rows';
import { ALL_ROWS, type Tree, treeOf } from './tree';

/** The most decisions in an answer, the first and the last. */
const MAX_DECISIONS = 200;

/** Rows whose metadata is compared. */
const EDGES = { first: 60, last: 20 };

/** A run of a chain. */
export interface ChainLink {
  run_id: string;
  status: string;
  start_time?: number;
}

/** The overview of an execution. */
export interface ExecutionOverview extends ExecutionView {
  /** Counts of the execution's own activities and of all below it. */
  counts: ActivityCounts & { children: number };
  /** True if a limit left out some executions below it. */
  truncated?: true;
  failure?: Failure;
  chain: {
    /** The number of known runs of the chain. */
    length: number;
    /** The position of this run in it, from 1; absent if it is not among those that are read. */
    place?: number;
    first?: ChainLink;
    before?: ChainLink;
    after?: ChainLink;
    last?: ChainLink;
  };
  /** Types of the execution's own activities, the most frequent first. */
  types: { activity_type: string; activities: number }[];
  tree: Tree;
  decisions: Decision[];
  /** Of all. */
  decided: number;
  late_reports: LateReport[];
  metadata: SharedMetadata;
}

/** Reads it. `all`: as many rows of the tree as possible. */
export async function overviewOf(
  { store }: Scope,
  execution: ExecutionRecord,
  { all = false }: { all?: boolean } = {},
): Promise<ExecutionOverview> {
  const { run_id, first_execution_run_id } = execution.start;
  const family = await familyOf(store, execution);
  const counts = countsOf(family.tallies, ownOf(family));
  const edges = await edgesOf(store, run_id, all ? { first: ALL_ROWS, last: 2 } : EDGES);
  const [runs, failure, chain, tree, decisions, late_reports, metadata] = await Promise.all([
    store.firstRuns([run_id]),
    failureOf(store, execution, family),
    store.outline.chain(first_execution_run_id, MAX_EXECUTIONS),
    treeOf(store, { run_id, family, edges }, all),
    store.decisions(run_id),
    store.lateReports({ run_id }),
    metadataOf(store, edges, counts.activities),
  ]);
  return {
    ...executionView(execution, runs),
    counts: {
      ...counts,
      children: Math.max(0, family.executions.length - 1),
    },
    ...(family.truncated && { truncated: true as const }),
    ...(failure && { failure }),
    chain: chainOf(chain, run_id),
    types: typesOf(family),
    tree,
    decisions: shortened(decisions),
    decided: decisions.length,
    late_reports,
    metadata,
  };
}

function ownOf({ executions }: Family): (execution: number) => boolean {
  const own = executions[0]?.id;
  return (execution) => execution === own;
}

function shortened(decisions: Decision[]): Decision[] {
  if (decisions.length <= MAX_DECISIONS) return decisions;
  return [...decisions.slice(0, MAX_DECISIONS / 2), ...decisions.slice(-MAX_DECISIONS / 2)];
}

function chainOf(chain: readonly ExecutionOutline[], run_id: string): ExecutionOverview['chain'] {
  const at = chain.findIndex((one) => one.run_id === run_id);
  if (at < 0) return { length: chain.length };
  const link = (index: number) => {
    const one = index === at ? undefined : chain[index];
    return one && linkOf(one);
  };
  const known = {
    first: link(0),
    before: link(at - 1),
    after: link(at + 1),
    last: link(chain.length - 1),
  };
  const entries = Object.entries(known).filter(([, one]) => one !== undefined);
  return { length: chain.length, place: at + 1, ...Object.fromEntries(entries) };
}

function linkOf({ run_id, status, start_time }: ExecutionOutline): ChainLink {
  return { run_id, status: status ?? 'open', ...(start_time !== undefined && { start_time }) };
}
