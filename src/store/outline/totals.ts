/**
 * Outlines of whole executions: descendants, ends of activities, and idle spans. Node only.
 * @module
 */
import type {
  ActivityTally,
  ExecutionOutline,
  IdleQuery,
  IdleSpan,
  LatestEnds,
  RunEnds,
} from '../interface/outline';
import { factsOf, type Nullable } from '../lineage/rows';
import type { SearchSource } from '../search/dialect';
import { type Fragment, raw, sql } from '../search/fragment';
import { activitiesOf, ENDS, endedSo, ofLab } from './fragments';

/** Columns of an {@link ExecutionOutline} from table `e`. */
export const EXECUTION_COLUMNS = raw(
  "e.id, e.run_id, e.workflow_id, nullif(e.workflow_type, '') AS workflow_type, e.parent_run_id, e.start_time, e.close_time, e.status",
);

/** Returns an execution and all its descendants: itself first, then by depth, then in the order of recording. */
export async function readFamily(
  source: SearchSource,
  run_id: string,
  limit: number,
): Promise<ExecutionOutline[]> {
  const { dialect } = source;
  const rows = await source.rows<Nullable<ExecutionOutline>>(
    sql`WITH RECURSIVE family(id, run_id, depth) AS (
        SELECT id, run_id, 0 FROM execution WHERE run_id = ${dialect.literal(run_id, 'indexed')}
        UNION SELECT child.id, child.run_id, family.depth + 1
        FROM family ${dialect.join} ${dialect.table('execution', 'child', 'execution_parent')} ON child.parent_run_id = family.run_id),
      kin AS (SELECT id, depth FROM family LIMIT ${limit})
      SELECT ${EXECUTION_COLUMNS} FROM kin k ${dialect.join} execution e ON e.id = k.id ORDER BY k.depth, e.id`,
  );
  return rows.map((row) => factsOf<ExecutionOutline>(row));
}

type EndsRow = Nullable<Omit<RunEnds, 'completes_async'>> & { under_way: number };

/** See {@link import('../interface/outline').OutlineReading.tallies}. One pass reads how each activity ended. */
export async function readTallies(
  source: SearchSource,
  executions: readonly number[],
  { ends, limit }: LatestEnds,
  lab?: string,
): Promise<ActivityTally[]> {
  const { dialect } = source;
  type Row = EndsRow & Nullable<Omit<ActivityTally, keyof RunEnds>>;
  const rows = await source.rows<Row>(
    sql`WITH ${activitiesOf(dialect, dialect.ids(executions), lab)}, ended AS (
        SELECT m.execution_id, m.attempts, r.kind_id, s.exit_status, t.outcome, CASE WHEN o.seq IS NULL THEN 0 ELSE 1 END AS under_way,
          r.seq, coalesce(s.time, t.time, r.time) AS time, CASE WHEN ${endedSo(ends)} THEN 1 ELSE 0 END AS wanted
        FROM mine m ${dialect.join} run r ON r.seq = m.last ${ENDS}),
      ranked AS (SELECT e.*, row_number() OVER (PARTITION BY e.wanted ORDER BY e.time DESC, e.seq DESC) AS n FROM ended e),
      tally AS (
        SELECT execution_id, kind_id, exit_status, outcome, under_way, CASE WHEN wanted = 1 AND n <= ${limit} THEN seq END AS last,
          count(*) AS activities, sum(attempts) AS attempts, min(n) AS place
        FROM ranked GROUP BY 1, 2, 3, 4, 5, 6)
      SELECT y.execution_id AS execution, k.activity_type, y.exit_status, y.outcome, y.under_way, y.last, y.activities, y.attempts
      FROM tally y JOIN kind k ON k.id = y.kind_id ORDER BY y.place`,
  );
  return rows.map((row) => ({ ...withEnds<ActivityTally>(row), attempts: Number(row.attempts) }));
}

/** Returns a row with its ends. `completes_async`: the worker saw its code return, but the run is still open. */
export function withEnds<Facts extends RunEnds>(row: EndsRow): Facts {
  const { under_way, ...facts } = row;
  return {
    ...(factsOf(facts as never) as Facts),
    ...(under_way === 1 && facts.exit_status !== null && { completes_async: true }),
  };
}

/** Returns the longest spans without a run, the longest first. A run without a recorded end counts as open. */
export async function readIdle(source: SearchSource, query: IdleQuery): Promise<IdleSpan[]> {
  const { dialect } = source;
  const { executions, lab, from, to, least_s, limit } = query;
  return source.rows<IdleSpan>(
    sql`WITH wanted(id) AS (${dialect.ids(executions)}), mine AS (
        SELECT r.seq FROM wanted w ${dialect.join} ${dialect.table('run', 'r', 'run_activity')} ON r.execution_id = w.id
        WHERE ${ofLab(dialect, lab)}),
      spans AS (
        SELECT r.time AS begins, coalesce(s.time, t.time, 9e12) AS ends
        FROM mine m ${dialect.join} run r ON r.seq = m.seq ${ENDS}
        UNION ALL SELECT ${edge(from)}, ${edge(from)} UNION ALL SELECT ${edge(to)}, ${edge(to)}),
      steps AS (
        SELECT begins, max(ends) OVER (ORDER BY begins ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM spans)
      SELECT before AS "begin", begins AS "end" FROM steps
      WHERE begins - before >= ${least_s} AND begins > ${edge(from)} AND before < ${edge(to)}
      ORDER BY begins - before DESC LIMIT ${limit}`,
  );
}

function edge(time: number): Fragment {
  return sql`CAST(${time} AS double precision)`;
}

/** Returns executions of a chain in order of start. */
export async function readChain(
  source: SearchSource,
  first_execution_run_id: string,
  limit: number,
): Promise<ExecutionOutline[]> {
  const { dialect } = source;
  const rows = await source.rows<Nullable<ExecutionOutline>>(
    sql`SELECT ${EXECUTION_COLUMNS} FROM ${dialect.table('execution', 'e', 'execution_chain')}
      WHERE e.first_run_id = ${dialect.literal(first_execution_run_id, 'indexed')} ORDER BY e.start_time, e.id LIMIT ${limit}`,
  );
  return rows.map((row) => factsOf<ExecutionOutline>(row));
}
