/**
 * A query with its own limit for each row of another query: LATERAL in PostgreSQL. SQLite lacks it, so the rows of the inner
 * query are put into one JSON array. Node only.
 * @module
 */
import type { SearchSource } from '../search/dialect';
import { type Fragment, sql } from '../search/fragment';

/** A link that a walk follows: from the known node `near` to the node `far`. */
export interface Step {
  near: number;
  far: number;
  kind: number;
  evidence: number;
}

/** Returns `FROM r` and the column `f.far` of `inner`, for each row of `r`. */
export function farLateral({ dialect }: SearchSource, inner: Fragment): { from: Fragment; far: Fragment } {
  return dialect.planning === 'planned'
    ? { from: sql`CROSS JOIN LATERAL (${inner}) f`, far: sql`f.far` }
    : {
        from: sql`CROSS JOIN json_each((SELECT json_group_array(i.far) FROM (${inner}) i)) f`,
        far: sql`f.value`,
      };
}

/** Returns the rows of `inner` (far, kind, evidence) for each node. `inner` refers to the node as `r.node`. */
export async function lateralSteps(
  source: SearchSource,
  nodes: readonly number[],
  inner: Fragment,
): Promise<Step[]> {
  const { dialect } = source;
  const known = sql`WITH known(node) AS (${dialect.ids(nodes)})`;
  if (dialect.planning === 'planned')
    return source.rows<Step>(
      sql`${known} SELECT r.node AS near, f.far, f.kind, f.evidence FROM known r CROSS JOIN LATERAL (${inner}) f`,
    );
  const rows = await source.rows<{ near: number; links: string }>(
    sql`${known} SELECT r.node AS near, (SELECT json_group_array(json_array(i.far, i.kind, i.evidence)) FROM (${inner}) i) AS links
      FROM known r`,
  );
  return rows.flatMap(({ near, links }) =>
    (JSON.parse(links) as [number, number, number][]).map(([far, kind, evidence]) => ({
      near,
      far,
      kind,
      evidence,
    })),
  );
}
