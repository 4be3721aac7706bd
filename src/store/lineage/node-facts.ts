/**
 * The facts of nodes, many in one statement: runs, versions of data, executions and deleted runs. Node only.
 * @module
 */
import type { ExecutionFacts, NodeFacts, RemovedFacts, RunFacts } from '../interface/lineage-reading';
import { executionNode, type NodeType, namedBy, runNode } from '../link-nodes';
import type { SearchSource } from '../search/dialect';
import { raw, sql } from '../search/fragment';
import { factsOf, type Nullable } from './rows';
import { readVersions } from './version-facts';

/** Nodes per statement. */
const PAGE = 10_000;

/** Returns the facts of known nodes in no order. */
export async function readNodeFacts(source: SearchSource, nodes: readonly number[]): Promise<NodeFacts[]> {
  const facts: NodeFacts[] = [];
  for (let from = 0; from < nodes.length; from += PAGE) {
    const page = nodes.slice(from, from + PAGE).map(namedBy);
    const keys = (type: NodeType) => page.filter((one) => one.type === type).map(({ key }) => key);
    for (const one of await readRuns(source, keys('run'))) facts.push(one);
    for (const one of await readVersions(source, keys('version'))) facts.push(one);
    for (const one of await readExecutions(source, keys('execution'))) facts.push(one);
  }
  return facts;
}

type RunRow = Nullable<Omit<RunFacts, 'type' | 'node' | 'completes_async'>> & { returned: string | null };

async function readRuns(source: SearchSource, seqs: readonly number[]): Promise<(RunFacts | RemovedFacts)[]> {
  if (seqs.length === 0) return [];
  const { dialect } = source;
  const completes = dialect.fact(raw('s.document'), 'temporal.completes_async', 'text');
  const rows = await source.rows<RunRow>(
    sql`WITH wanted(seq) AS (${dialect.ids(seqs)})
      SELECT r.seq, r.uid, r.time, r.scan_id, lab.name AS lab, k.activity_type, r.activity_id, r.attempt,
        nullif(k.workflow_type, '') AS workflow_type, e.workflow_id, e.run_id, c.environment_id AS environment, c.code_id AS code,
        s.exit_status, s.time AS stop_time, t.outcome, CASE WHEN s.exit_status = 'success' AND t.outcome IS NULL THEN ${completes} END AS returned
      FROM wanted w ${dialect.join} run r ON r.seq = w.seq JOIN lab ON lab.id = r.lab_id JOIN kind k ON k.id = r.kind_id
        LEFT JOIN execution e ON e.id = r.execution_id LEFT JOIN environment c ON c.id = r.environment_id
        LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq`,
  );
  const known = new Set(rows.map(({ seq }) => seq));
  const removed = await readRemoved(
    source,
    seqs.filter((seq) => !known.has(seq)),
  );
  return [...rows.map(runFacts), ...removed];
}

function runFacts({ returned, ...row }: RunRow): RunFacts {
  return {
    type: 'run',
    node: runNode(row.seq!),
    ...factsOf<Omit<RunFacts, 'type' | 'node' | 'completes_async'>>(row),
    ...(returned !== null && { completes_async: true }),
  };
}

/** Links remain after one of their runs was deleted. The tombstone of the run has its facts. */
async function readRemoved(source: SearchSource, seqs: readonly number[]): Promise<RemovedFacts[]> {
  if (seqs.length === 0) return [];
  const { dialect } = source;
  type Row = Nullable<{ seq: number; uid: string; time: number; removed_time: number; reason: string }>;
  const rows = await source.rows<Row>(
    sql`WITH wanted(seq) AS (${dialect.ids(seqs)})
      SELECT w.seq, t.name AS uid, t.document_time AS time, t.time AS removed_time, t.reason FROM wanted w
        LEFT JOIN tombstone t ON t.what = 'start' AND t.ref = w.seq AND t.replacement IS NULL`,
  );
  return rows.map(({ seq, uid, ...row }) => ({
    type: 'gone',
    node: runNode(seq!),
    uid: uid ?? '',
    ...factsOf<Pick<RemovedFacts, 'time' | 'removed_time' | 'reason'>>(row),
  }));
}

async function readExecutions(source: SearchSource, ids: readonly number[]): Promise<ExecutionFacts[]> {
  if (ids.length === 0) return [];
  const { dialect } = source;
  type Row = Nullable<Omit<ExecutionFacts, 'type' | 'node'>> & { id: number };
  const rows = await source.rows<Row>(
    sql`WITH wanted(id) AS (${dialect.ids(ids)})
      SELECT e.id, e.run_id, e.workflow_id, nullif(e.workflow_type, '') AS workflow_type, e.start_time, e.parent_run_id,
        ${dialect.fact(raw('e.start'), 'continued_from', 'text')} AS continued_from, e.status
      FROM wanted w ${dialect.join} execution e ON e.id = w.id`,
  );
  return rows.map(({ id, ...row }) => ({
    type: 'execution',
    node: executionNode(id),
    ...factsOf<Omit<ExecutionFacts, 'type' | 'node'>>(row),
  }));
}
