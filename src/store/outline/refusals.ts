/**
 * Refusals of executions, up to a limit. Node only.
 * @module
 */
import type { RefusalRecord } from '../interface/written';
import { readText } from '../marked-text';
import type { SearchSource } from '../search/dialect';
import { list, sql } from '../search/fragment';
import { ofLab } from './fragments';

/** Returns the newest refusals of executions (Temporal's run ids), and the number of all. */
export async function readRefusalsOf(
  source: SearchSource,
  run_ids: readonly string[],
  { limit, lab }: { limit: number; lab?: string },
): Promise<{ refusals: RefusalRecord[]; total: number }> {
  if (run_ids.length === 0) return { refusals: [], total: 0 };
  const { dialect } = source;
  const named = list(run_ids.map((run_id) => dialect.literal(run_id, 'indexed')));
  type Row = Record<'refusal_id' | 'lab' | 'issues' | 'document', string> & { time: number; total: number };
  const rows = await source.rows<Row>(
    sql`WITH found AS (SELECT r.id FROM refusal r WHERE r.run_id IN (${named}) AND ${ofLab(dialect, lab)}),
        newest AS (SELECT id, count(*) OVER () AS total FROM found ORDER BY id DESC LIMIT ${limit})
      SELECT r.refusal_id, r.time, lab.name AS lab, CAST(r.issues AS text) AS issues, CAST(r.document AS text) AS document, n.total
      FROM newest n ${dialect.join} refusal r ON r.id = n.id JOIN lab ON lab.id = r.lab_id ORDER BY r.id DESC`,
  );
  const refusals = rows.map(({ refusal_id, lab, issues, total: _total, ...row }) => ({
    kind: 'refusal' as const,
    ...row,
    refusal_id: readText(refusal_id),
    lab: readText(lab),
    issues: JSON.parse(issues),
  }));
  return { refusals, total: Number(rows[0]?.total ?? 0) };
}
