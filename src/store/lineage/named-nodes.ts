/**
 * Nodes of runs and executions, by name. Node only.
 * @module
 */
import type { Decision } from '../../model/decision';
import { WALK } from '../../model/limits';
import { executionNode, runNode } from '../link-nodes';
import type { SearchSource } from '../search/dialect';
import { type Fragment, list, sql } from '../search/fragment';

/** Names per statement. */
const PAGE = 500;

/** Returns nodes of runs by uid, and of executions by Temporal's run id. Missing ones are left out. */
export async function readNodesOf(
  source: SearchSource,
  { uids = [], run_ids = [] }: { uids?: readonly string[]; run_ids?: readonly string[] },
): Promise<number[]> {
  const nodes: number[] = [];
  for (const names of pagesOf(source, uids)) {
    const rows = await source.rows<{ seq: number }>(sql`SELECT seq FROM run WHERE uid IN (${names})`);
    nodes.push(...rows.map(({ seq }) => runNode(seq)));
  }
  for (const names of pagesOf(source, run_ids)) {
    const rows = await source.rows<{ id: number }>(sql`SELECT id FROM execution WHERE run_id IN (${names})`);
    nodes.push(...rows.map(({ id }) => executionNode(id)));
  }
  return nodes;
}

function pagesOf({ dialect }: SearchSource, names: readonly string[]): Fragment[] {
  const pages: Fragment[] = [];
  for (let from = 0; from < names.length; from += PAGE)
    pages.push(list(names.slice(from, from + PAGE).map((name) => dialect.literal(name, 'indexed'))));
  return pages;
}

/** Returns the nodes of an execution, all its descendants and their runs. The execution comes first. */
export async function readExecutionNodes(
  source: SearchSource,
  run_id: string,
  limit: number,
): Promise<number[]> {
  const { dialect } = source;
  const family = sql`WITH RECURSIVE family(id, run_id) AS (
    SELECT id, run_id FROM execution WHERE run_id = ${dialect.literal(run_id, 'indexed')}
    UNION SELECT child.id, child.run_id FROM family ${dialect.join} ${dialect.table('execution', 'child', 'execution_parent')}
      ON child.parent_run_id = family.run_id), kin AS (SELECT id FROM family LIMIT ${WALK.links_per_node})`;
  const executions = await source.rows<{ id: number }>(sql`${family} SELECT id FROM kin`);
  const runs = await source.rows<{ seq: number }>(
    sql`${family} SELECT r.seq FROM kin s ${dialect.join} ${dialect.table('run', 'r', 'run_activity')} ON r.execution_id = s.id
      LIMIT ${limit}`,
  );
  return [...executions.map(({ id }) => executionNode(id)), ...runs.map(({ seq }) => runNode(seq))];
}

/** The highest number of decisions in an answer. */
const MOST_DECISIONS = 20_000;

/** Returns the decisions on these executions in order of time. */
export async function readDecisionsOf(source: SearchSource, run_ids: readonly string[]): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const names of pagesOf(source, run_ids)) {
    const rows = await source.rows<{ document: string }>(
      sql`SELECT d.document FROM execution e JOIN decision d ON d.execution_id = e.id WHERE e.run_id IN (${names})
        ORDER BY d.time, d.ordinal LIMIT ${MOST_DECISIONS}`,
    );
    for (const { document } of rows) decisions.push(JSON.parse(document));
  }
  return decisions;
}
