/**
 * SQL that the reads of outlines share. Node only.
 * @module
 */
import type { WantedEnds } from '../interface/outline';
import { isHostile } from '../marked-text';
import type { SearchDialect } from '../search/dialect';
import { type Fragment, list, raw, sql } from '../search/fragment';

/** Tables `wanted` (executions) and `mine` (their activities, each with its first and its last run), read of an index alone. */
export function activitiesOf(dialect: SearchDialect, executions: Fragment, lab?: string): Fragment {
  return sql`wanted(id) AS (${executions}), mine AS (
    SELECT r.execution_id, r.activity_id, min(r.seq) AS first, max(r.seq) AS last, count(*) AS attempts
    FROM wanted w ${dialect.join} ${dialect.table('run', 'r', 'run_activity')} ON r.execution_id = w.id
    WHERE ${ofLab(dialect, lab)} GROUP BY r.execution_id, r.activity_id)`;
}

/** The ends of run `r` beside it: `s`, `t`, and `o` where it is under way. */
export const ENDS = raw(
  'LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq LEFT JOIN open_run o ON o.seq = r.seq',
);

/** True where run `r` ended in a wanted way. */
export function endedSo({ outcomes, exit_statuses }: WantedEnds): Fragment {
  return sql`(t.outcome IN (${texts(outcomes)}) OR (t.outcome IS NULL AND o.seq IS NULL AND s.exit_status IN (${texts(exit_statuses)})))`;
}

/** Texts of this product's own, as a list. */
export function texts(values: readonly string[]): Fragment {
  return list(values.map((value) => sql`${value}`));
}

/** True where run `r` is of the lab; always where none is named. */
export function ofLab(dialect: SearchDialect, lab: string | undefined): Fragment {
  if (lab === undefined) return dialect.yes;
  return sql`r.lab_id = (SELECT lab.id FROM lab WHERE lab.name = ${dialect.literal(lab, 'indexed')})`;
}

/** True where a column holds a text, ASCII letters in either case. What a database can't hold is nowhere. */
export function contains(dialect: SearchDialect, column: Fragment, text: string): Fragment {
  if (isHostile(text)) return dialect.no;
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql`lower(${column}) LIKE ${pattern} ESCAPE '\\'`;
}
