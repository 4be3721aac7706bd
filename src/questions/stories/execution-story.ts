/**
 * Everything in a store about an execution: its runs, its children with theirs, its chain, decisions, refusals,
 * its log, and what explains its failed run. Bounded; reports if it was cut. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import type { RunRecord } from '../../model/documents';
import type { Environment, WorkerSession } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import type { LogLine } from '../../model/progress';
import type { LateReport } from '../../store/interface/settling';
import type { RefusalRecord } from '../../store/interface/written';
import type { Store } from '../../store/store';
import { byStart, executionHas, runHas } from '../conditions';
import { culpritAmong } from '../executions/culprit';
import type { Scope } from '../scope';
import { activitiesOf, endOf, isFailure } from '../status';
import { environmentOf } from './environments';

/** The most runs that are read of all executions of a tree together. */
export const MAX_RUNS = 20_000;
const MAX_EXECUTIONS = 1000;
const MAX_DEPTH = 20;
const MANY_REFUSALS = 1000;

/** An execution with what belongs to it. */
export interface ExecutionTree {
  execution: ExecutionRecord;
  /** Oldest first. */
  runs: RunRecord[];
  decisions: Decision[];
  refusals: RefusalRecord[];
  children: ExecutionTree[];
}

/** The run that explains why an execution failed, with its details. */
export interface Culprit {
  run: RunRecord;
  tree: ExecutionTree;
  attempts: readonly RunRecord[];
  environment: Environment | null;
  session: WorkerSession | null;
  log: readonly LogLine[];
  checkpoints: number;
}

/** An execution with all that explains it. */
export interface ExecutionStory {
  tree: ExecutionTree;
  /** The runs of its chain, oldest first, including itself. */
  chain: ExecutionRecord[];
  /** The lines that the workflow itself logged. */
  log: LogLine[];
  /** Reports that came after the server's final status. */
  late: LateReport[];
  culprit?: Culprit;
  /** Environment of the newest run, if there is no culprit. */
  environment: Environment | null;
  /** True if a limit left out a part. */
  truncated: boolean;
}

/** Reads the story of an execution. */
export async function executionStoryOf(
  { store }: Scope,
  execution: ExecutionRecord,
): Promise<ExecutionStory> {
  const budget = { runs: MAX_RUNS, executions: MAX_EXECUTIONS, truncated: false };
  const tree = await treeOf(store, execution, budget, MAX_DEPTH);
  const { start } = execution;
  const chain = await store.executions({
    filter: {
      where: executionHas('first_execution_run_id', start.first_execution_run_id),
      order: byStart('asc'),
    },
    limit: MAX_EXECUTIONS,
  });
  const found = culpritOf(tree);
  const newest = tree.runs.at(-1);
  return {
    tree,
    chain,
    log: await store.log({ run_id: start.run_id }),
    late: await store.lateReports({ run_id: start.run_id }),
    environment: newest ? await environmentOf(store, newest) : null,
    truncated: budget.truncated,
    ...(found && { culprit: await explained(store, found.run, found.tree) }),
  };
}

type Budget = { runs: number; executions: number; truncated: boolean };

async function treeOf(
  store: Store,
  execution: ExecutionRecord,
  budget: Budget,
  depth: number,
): Promise<ExecutionTree> {
  const { run_id } = execution.start;
  const runs = await store.runs({
    filter: { where: runHas('run_id', run_id) },
    limit: budget.runs + 1,
  });
  if (runs.length > budget.runs) budget.truncated = true;
  budget.runs = Math.max(0, budget.runs - runs.length);
  const children: ExecutionTree[] = [];
  for (const child of await childrenOf(store, run_id, budget, depth)) {
    children.push(await treeOf(store, child, budget, depth - 1));
  }
  return {
    execution,
    runs: runs.reverse(),
    decisions: await store.decisions(run_id),
    refusals: (await store.refusalsOf(run_id)).slice(0, MANY_REFUSALS),
    children,
  };
}

async function childrenOf(store: Store, run_id: string, budget: Budget, depth: number) {
  const limit = depth > 0 ? budget.executions + 1 : 1;
  const filter = { where: executionHas('parent.run_id', run_id), order: byStart('asc') };
  const found = await store.executions({ filter, limit });
  const kept = depth > 0 ? found.slice(0, budget.executions) : [];
  if (kept.length < found.length) budget.truncated = true;
  budget.executions -= kept.length;
  return kept;
}

function culpritOf(tree: ExecutionTree): { run: RunRecord; tree: ExecutionTree } | undefined {
  const failed = treesOf(tree).flatMap((one) =>
    activitiesOf(one.runs)
      .map((attempts) => attempts.at(-1)!)
      .filter(isFailure)
      .map((run) => ({ run, tree: one })),
  );
  return culpritAmong(failed, endOf(tree.execution)?.error);
}

/** A tree and all trees in it. */
export function treesOf(tree: ExecutionTree): ExecutionTree[] {
  return [tree, ...tree.children.flatMap(treesOf)];
}

async function explained(store: Store, run: RunRecord, tree: ExecutionTree): Promise<Culprit> {
  const { uid, provenance, temporal } = run.start;
  const { session } = provenance;
  return {
    run,
    tree,
    attempts: tree.runs.filter(({ start }) => start.temporal.activity_id === temporal.activity_id),
    environment: await environmentOf(store, run),
    session: session ? await store.session(session) : null,
    log: await store.log({ run_start: uid }),
    checkpoints: (await store.checkpoints(uid)).length,
  };
}

/** All that is known about an execution as one object: the output of `show EXECUTION --json`. */
export interface ExecutionDocument extends ExecutionTreeDocument {
  /** The lines that the workflow itself logged. */
  log: LogLine[];
  /** Reports that came after the server's final status. */
  late_reports?: LateReport[];
  /** Run ids of its chain, oldest first. */
  chain: string[];
  /** uid of the run that explains the failure. */
  failed?: string;
  /** True if a limit left out a part. */
  truncated?: true;
}

/** An execution with its runs and children. */
export interface ExecutionTreeDocument extends ExecutionRecord {
  runs: RunRecord[];
  decisions: Decision[];
  refusals: RefusalRecord[];
  children: ExecutionTreeDocument[];
}

/** A story as the object that is printed. */
export function executionDocument(story: ExecutionStory): ExecutionDocument {
  const { tree, chain, log, late, culprit, truncated } = story;
  return {
    ...treeDocument(tree),
    log,
    ...(late.length > 0 && { late_reports: late }),
    chain: chain.map(({ start }) => start.run_id),
    ...(culprit && { failed: culprit.run.start.uid }),
    ...(truncated && { truncated }),
  };
}

function treeDocument({
  execution,
  runs,
  decisions,
  refusals,
  children,
}: ExecutionTree): ExecutionTreeDocument {
  return { ...execution, runs, decisions, refusals, children: children.map(treeDocument) };
}
