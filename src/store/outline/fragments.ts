/**
 * SQL that the reads of outlines share. Node only.
 * @module
 */
import type { WantedEnds } from '../interface/outline';
import { isHostile } from '../marked-text';
import type { SearchDialect } from '../search/dialect';
import { type Fragment, list, raw, sql } from '../search/fragment';

/**
 * Returns tables `wanted` (executions) and `mine` (their activities, each with its first and its last run), read from an index
 * only.
 */
export function activitiesOf(dialect: SearchDialect, executions: Fragment, lab?: string): Fragment {
  return sql`wanted(id) AS (${executions}), mine AS (
    SELECT r.execution_id, r.activity_id, min(r.seq) AS first, max(r.seq) AS last, count(*) AS attempts
    FROM wanted w ${dialect.join} ${dialect.table('run', 'r', 'run_activity')} ON r.execution_id = w.id
    WHERE ${ofLab(dialect, lab)} GROUP BY r.execution_id, r.activity_id)`;
}

/** Joins the ends of run `r`: `s`, `t`, and `o` if it is still open. */
export const ENDS = raw(
  'LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq LEFT JOIN open_run o ON o.seq = r.seq',
);

/** SQL: true if run `r` ended in a wanted way. */
export function endedSo({ outcomes, exit_statuses }: WantedEnds): Fragment {
  return sql`(t.outcome IN (${texts(outcomes)}) OR (t.outcome IS NULL AND o.seq IS NULL AND s.exit_status IN (${texts(exit_statuses)})))`;
}

/** Returns texts of this product as an SQL list. */
export function texts(values: readonly string[]): Fragment {
  return list(values.map((value) => sql`${value}`));
}

/** SQL: true if run `r` belongs to the lab. Always true if no lab is named. */
export function ofLab(dialect: SearchDialect, lab: string | undefined): Fragment {
  if (lab === undefined) return dialect.yes;
  return sql`r.lab_id = (SELECT lab.id FROM lab WHERE lab.name = ${dialect.literal(lab, 'indexed')})`;
}

/**
 * SQL: true if a column contains a text; ASCII letters match in either case. A text that a database can't hold occurs nowhere.
 */
export function contains(dialect: SearchDialect, column: Fragment, text: string): Fragment {
  if (isHostile(text)) return dialect.no;
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql`lower(${column}) LIKE ${pattern} ESCAPE '\\'`;
}
